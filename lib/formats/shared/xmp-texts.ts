// Texts of an XMP packet (ISO 16684-1) that is dropped whole. Not an XML parser: it only has to bring out what the
// proof of absence searches for, and must not fail on broken packets.

import { decodeText, telling } from './telling.ts';

const MAX_BYTES = 4 * 1024 * 1024;

// The same in every packet (ISO 16684-1 7.3.2); a PDF around the picture keeps a packet of its own.
const PACKET = 'W5M0MpCehiHzreSzNTczkc9d';

/** Texts of elements and attributes, entities resolved, without namespaces. Never throws. */
export function xmpTexts(untrusted: Uint8Array): readonly string[] {
  const bytes = untrusted.subarray(0, MAX_BYTES);
  const text = isUtf16(bytes)
    ? new TextDecoder(bytes[0] === 0 ? 'utf-16be' : 'utf-16le').decode(bytes)
    : decodeText(bytes);
  const texts: string[] = [];
  for (const [, inner] of text.matchAll(/>([^<>]{1,4000})</g)) if (inner) texts.push(resolved(inner));
  for (const [, name, value] of text.matchAll(/([\w:.-]{1,100})\s*=\s*["']([^"'<>]{1,4000})["']/g)) {
    if (name && value && !name.startsWith('xmlns') && !value.startsWith('http://ns.adobe.com/') && value !== PACKET)
      texts.push(resolved(value));
  }
  return telling(texts);
}

function isUtf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0 && bytes[1] === 0x3c) || (bytes[0] === 0x3c && bytes[1] === 0);
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function resolved(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w{2,4}));/gi,
    (whole, hex: string, decimal: string, name: string) => {
      const code = hex ? Number.parseInt(hex, 16) : decimal ? Number.parseInt(decimal, 10) : undefined;
      if (code !== undefined) return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      return ENTITIES[name] ?? whole;
    },
  );
}
