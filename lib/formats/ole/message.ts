// Outlook messages, [MS-OXMSG]: properties are streams that are named after their number and type, recipients and
// attachments storages of such. Which number says what stands in [MS-OXPROPS].

import type { CarrierId } from '../../core/finding.ts';
import type { Found } from '../../core/format.ts';
import { saysSomething, u16, u32 } from './bytes.ts';
import type { Entry } from './compound.ts';
import { placeOf } from './places.ts';

export const PROPERTIES = '__properties_version1.0';
const STREAM = /^__substg1\.0_([0-9A-F]{4})([0-9A-F]{4})/i;
const FIRST_NAMED = 0x8000;
const [RECIPIENT_TYPE, BLIND_COPY] = [0x0c15, 3];
// The header of the table of a recipient or an attachment, then rows of number, flags and value.
const [ROWS, ROW] = [8, 16];

const CARRIERS: ReadonlyMap<number, CarrierId> = new Map(
  Object.entries({
    'ole.msg.sender': '0C1A 0C1E 0C1F 0C19 0C1D 5D01 5D02 0042 0064 0065 0041 003B 5D0A 5D0B 001F 4022 4023 4038 4039',
    'ole.msg.receiver': '003F 0040 0043 0044 0051 0052 0075 0076 0077 0078 5D07 5D08 5D05 5D06',
    'ole.msg.recipient': '0E03 0E04 0050 004F',
    'ole.msg.bcc': '0E02',
    'ole.msg.headers': '007D',
    'ole.msg.author': '3FF8 3FF9 3FFA 3FFB',
    'ole.msg.conversation': '0070 0071 0E1D 1035 1039 1042 3013 300B 0065',
    'ole.msg.subject': '0037 003D',
    'ole.msg.body': '1000 1009 1013 1014 10F3',
  }).flatMap(([carrier, numbers]) => numbers.split(' ').map((number) => [Number.parseInt(number, 16), carrier])),
);
const IN_ATTACHMENT: ReadonlyMap<number, CarrierId> = new Map(
  ['3704', '3707', '3701', '370D', '3001', '370E', '3708'].map((number) => [
    Number.parseInt(number, 16),
    'ole.msg.attachment',
  ]),
);

/** Reports what a message says of people; those inside it are storages of their own, and come by themselves. */
export function inspectMessage(storage: Entry, found: Found): void {
  for (const child of storage.children) {
    const place = placeOf(child);
    if (child.name.startsWith('__recip_version1.0_')) inspectRecipient(child, place, found);
    else if (child.name.startsWith('__attach_version1.0_')) inspectAttachment(child, place, found);
    else inspectProperty(child, CARRIERS, place, found);
  }
}

function inspectRecipient(recipient: Entry, at: string, found: Found): void {
  const table = recipient.children.find(({ name }) => name === PROPERTIES)?.bytes ?? Buffer.alloc(0);
  const isBlind = valueIn(table, RECIPIENT_TYPE) === BLIND_COPY;
  found(isBlind ? 'ole.msg.bcc' : 'ole.msg.recipient', at);
}

function inspectAttachment(attachment: Entry, at: string, found: Found): void {
  for (const child of attachment.children) {
    const isMessage = !child.isStream && child.children.some(({ name }) => name === PROPERTIES);
    if (isMessage) found('ole.msg.message', placeOf(child));
    else inspectProperty(child, IN_ATTACHMENT, placeOf(child), found);
  }
  found('ole.msg.attachment', at);
}

function inspectProperty(child: Entry, carriers: ReadonlyMap<number, CarrierId>, at: string, found: Found): void {
  const number = Number.parseInt(STREAM.exec(child.name)?.[1] ?? '', 16);
  if (Number.isNaN(number) || !saysSomething(child.bytes)) return;
  const carrier = carriers.get(number) ?? (number >= FIRST_NAMED ? 'ole.msg.named' : undefined);
  if (carrier) found(carrier, at);
}

/** The value of a number of four bytes in a table of properties. */
function valueIn(table: Buffer, wanted: number): number | undefined {
  for (let at = ROWS; at + ROW <= table.length; at += ROW) if (u16(table, at + 2) === wanted) return u32(table, at + 8);
  return undefined;
}
