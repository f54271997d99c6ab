// What every page needs, served from here and from nowhere else. Colours are chosen for a contrast of 4.5 to 1 (WCAG
// 2.2, 1.4.3) in light and dark. The script makes the console quicker; nothing needs it.

export const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; --ink: #16202a; --paper: #fff; --soft: #eef2f5; --line: #6b7783; --link: #0b4f8a; --bad: #8f1414; --badly: #fdeceb; --good: #14532d; --goodly: #e8f5ec; --focus: #0b4f8a }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf2; --paper: #12181e; --soft: #1d262f; --line: #8a97a3; --link: #8ec5ff; --bad: #ffb4ab; --badly: #3b1413; --good: #9be3b3; --goodly: #10301c; --focus: #8ec5ff } }
* { box-sizing: border-box } body { margin: 0; background: var(--paper); color: var(--ink) } a { color: var(--link) }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px } main:focus { outline: none }
.skip { position: absolute; left: -99rem } .skip:focus { position: static; display: inline-block; padding: .5rem 1rem }
header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; justify-content: space-between; padding: .5rem 1rem; background: var(--soft); border-bottom: 1px solid var(--line) }
header nav { display: flex; flex-wrap: wrap; gap: 0 1rem; align-items: center } header nav a { display: inline-block; padding: .4rem 0 } .home { font-weight: 700; font-size: 1.1rem; text-decoration: none } .who { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center } .who form { margin: 0 }
main { max-width: 76rem; margin: 0 auto; padding: 1rem } h1 { font-size: 1.6rem; margin: .5rem 0 1rem } h2 { font-size: 1.2rem; margin: 1.5rem 0 .5rem }
button, select, input, textarea { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 4px; padding: .35rem .6rem; min-height: 2rem; max-width: 100% }
button { cursor: pointer; background: var(--soft); font-weight: 600 } button.plain { font-weight: 400 } input[type=checkbox] { min-height: 0; width: 1.25rem; height: 1.25rem; vertical-align: middle } input[type=file] { width: 24rem } textarea { display: block; width: 100%; max-width: 40rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line) } thead th { background: var(--soft) } .cases a { display: inline-block; min-width: 12rem; overflow-wrap: anywhere }
.wide { overflow-x: auto; container-type: inline-size } .summary { width: auto } meter { width: 8rem } .filters, .bulk { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: end; margin: .5rem 0 1rem } .bulk p { margin: 0 } fieldset { min-width: 0; border: 1px solid var(--line); border-radius: 4px; margin: .75rem 0 }
.notice { border-left: 6px solid; padding: .6rem 1rem; margin: .75rem 0 } .bad { color: var(--bad); background: var(--badly); border-color: var(--bad) } .good { color: var(--good); background: var(--goodly); border-color: var(--good) } .notice a { color: inherit }
.counts { display: flex; flex-wrap: wrap; gap: .5rem 2rem } .counts dd { margin: 0; font-size: 1.4rem; font-weight: 700 } .facts div { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr; gap: 1rem; padding: .2rem 0 } .facts dd { margin: 0; overflow-wrap: anywhere } .facts dt { font-weight: 600 }
tr.quarantined td:first-child { border-left: 6px solid var(--bad) } code { overflow-wrap: anywhere } .deed { margin: .5rem 0 } .deed summary { cursor: pointer; padding: .4rem 0; font-weight: 600 } .deed label { display: block; margin: .5rem 0 } .deed .check { display: block } .grave summary { color: var(--bad) }
.beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1rem } figcaption { font-weight: 600; margin-bottom: .25rem } .boxed { position: relative; display: inline-block; line-height: 0 } .boxed svg { position: absolute; inset: 0; width: 100%; height: 100% } .boxed rect { fill: none; stroke: #e00000; stroke-width: 4px; vector-effect: non-scaling-stroke } .boxed rect.removed, .boxed rect.kept { stroke: #0b4f8a; stroke-dasharray: 6 4 } .masked { font-family: ui-monospace, monospace } h3 { font-size: 1.05rem; margin: 1rem 0 .25rem }
figure { margin: 0 } figure img { max-width: 100%; border: 1px solid var(--line); background: #fff } blockquote { margin: .25rem 0 .75rem 1rem; padding-left: .75rem; border-left: 3px solid var(--line); white-space: pre-wrap; overflow-wrap: anywhere }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) } .keys, .hint { color: inherit; font-size: .9rem } [data-drop].over fieldset { outline: 3px dashed var(--focus) } tr.at { background: var(--soft) } bdi { unicode-bidi: isolate }
@media (max-width: 34rem) { .facts div { grid-template-columns: 1fr; gap: 0 } meter { display: none } .summary { width: 100% } }
@container (max-width: 42rem) { .rows, .rows tbody, .rows tr, .rows td, .rows tbody th { display: block } .rows thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) } .rows tr { padding: .4rem 0; border-bottom: 1px solid var(--line) } .rows td, .rows tbody th { border: 0; padding: .15rem .6rem; overflow-wrap: anywhere } .rows td:empty { display: none } .rows td::before { content: attr(data-label) ': '; font-weight: 600 } .rows td:not([data-label])::before { content: none } }
@media print { header .who, header nav a:not(.home), form.filters, form.upload, .actions, .bulk, .keys, .skip, .pages, button, input, select, textarea { display: none } header { border: 0 } .wide { overflow: visible } :root { color-scheme: light; --ink: #000; --paper: #fff; --soft: #fff; --line: #6b7783; --link: #000; --bad: #8f1414; --badly: #fff; --good: #14532d; --goodly: #fff }
tr, figure, .notice { break-inside: avoid } h2, h3 { break-after: avoid } .cases a::after { content: ' ' attr(href); display: block; font-size: .85em } }
@media (forced-colors: active) { .notice { border: 2px solid } }
`;

export const SCRIPT = `'use strict';
const rows = [...document.querySelectorAll('.cases tbody tr')];
let at = -1;
const go = (to) => { if (rows.length === 0) return; rows[at]?.classList.remove('at'); at = Math.max(0, Math.min(rows.length - 1, to)); rows[at].classList.add('at'); rows[at].querySelector('a').focus(); };
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea, select')) return;
  if (event.key === 'j') go(at + 1);
  else if (event.key === 'k') go(at - 1);
  else if (event.key === '/') { const field = document.querySelector('[type=search]'); if (field) { event.preventDefault(); field.focus(); } }
});
for (const form of document.querySelectorAll('[data-drop]')) {
  const input = form.querySelector('[type=file]');
  for (const name of ['dragenter', 'dragover']) document.addEventListener(name, (event) => { event.preventDefault(); form.classList.add('over'); });
  document.addEventListener('dragleave', () => form.classList.remove('over'));
  document.addEventListener('drop', (event) => { event.preventDefault(); form.classList.remove('over'); if (event.dataTransfer.files.length > 0) { input.files = event.dataTransfer.files; form.requestSubmit(); } });
}
`;

export const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0b4f8a"/><path d="M4 3h6l2 2v8H4z" fill="#fff"/><path d="M6 9l2 2 3-4" fill="none" stroke="#0b4f8a" stroke-width="1.5"/></svg>';
