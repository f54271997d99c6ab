// What Word itself calls the styles and building blocks that it comes with (ISO/IEC 29500-1 17.7.4.9 and 17.12.7), in
// every language the same. '#' stands for a number.

const STYLES = new Set(
  `annotation reference,annotation subject,annotation text,balloon text,bibliography,block text,body text,body text #,
body text first indent,body text first indent #,body text indent,body text indent #,book title,caption,closing,
colorful grid,colorful list,colorful shading,dark list,date,default paragraph font,document map,e-mail signature,
emphasis,endnote reference,endnote text,envelope address,envelope return,followedhyperlink,footer,footnote reference,
footnote text,grid table #,grid table # colorful,grid table # dark,grid table # light,grid table light,hashtag,header,
heading #,html acronym,html address,html bottom of form,html cite,html code,html definition,html keyboard,
html preformatted,html sample,html top of form,html typewriter,html variable,hyperlink,index #,index heading,
intense emphasis,intense quote,intense reference,light grid,light list,light shading,line number,list,list #,
list bullet,list bullet #,list continue,list continue #,list number,list number #,list paragraph,list table #,
list table # colorful,list table # dark,list table # light,macro,medium grid #,medium list #,medium shading #,mention,
message header,no list,no spacing,normal,normal (web),normal indent,normal table,note heading,outline list #,
page number,placeholder text,plain table #,plain text,quote,revision,salutation,signature,smart hyperlink,smart link,
strong,subtitle,subtle emphasis,subtle reference,table #d effects #,table classic #,table colorful #,table columns #,
table contemporary,table elegant,table grid,table grid #,table list #,table of authorities,table of figures,
table professional,table simple #,table subtle #,table theme,table web #,title,toa heading,toc #,toc heading,
unresolved mention`
    .split(',')
    .map((name) => name.trim()),
);
const STYLE_IDS = new Set([...STYLES].map((name) => name.replace(/\s/g, '')));

/** Whether the name is one of the styles that Word knows without being told. */
export function isBuiltInStyle(name: string): boolean {
  return STYLES.has(normal(name).replace(/ accent #$/, ''));
}

/** Whether the id is that of such a style, as Word makes it in English. */
export function isBuiltInStyleId(id: string): boolean {
  return STYLE_IDS.has(normal(id).replace(/[\s-]|accent#$/g, ''));
}

const normal = (name: string) =>
  name
    .trim()
    .toLowerCase()
    .replace(/\d{1,2}/g, '#');

const GALLERIES =
  /^(?:Custom )?(?:AutoText|Quick Parts|Equations|Headers|Footers|Cover Pages|Tables?|Table of Contents|Watermarks?|Text Boxes|Bibliograph(?:y|ies)|Page Numbers(?: \((?:Top of Page|Bottom of Page|Margins)\))?|Placeholder Text|Default|Any|\d{0,2})$/;

/** Whether the name is that of a gallery of building blocks. */
export function isGallery(name: string): boolean {
  return GALLERIES.test(name);
}
