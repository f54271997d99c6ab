// Frame and scan headers, quantisation and Huffman tables (ITU-T T.81 B.2.2 to B.2.4), and which tables are in force
// when a scan starts. Tables that no scan uses are not part of the picture.

import type { Limits } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import { DHT, DQT, DRI, isFrame, isScan, type Picture, type Scan, type Segment } from './segments.ts';

export type Component = { readonly id: number; readonly h: number; readonly v: number; readonly quantisation: number };

export type Frame = {
  readonly width: number;
  readonly height: number;
  readonly isProgressive: boolean;
  readonly components: readonly Component[];
};

/** One table of a DQT or DHT segment. */
export type Table = { readonly bytes: Buffer; isUsed: boolean };

export type ScanHeader = {
  readonly components: readonly {
    readonly component: Component;
    readonly dc: Table | undefined;
    readonly ac: Table | undefined;
  }[];
  readonly from: number;
  readonly to: number;
  readonly isRefinement: boolean;
  readonly restartInterval: number;
};

export type Plan = {
  readonly frame: Frame;
  readonly scans: ReadonlyMap<Scan, ScanHeader>;
  readonly tables: ReadonlyMap<Segment, readonly Table[]>;
};

/** Reads headers in order and marks the tables that are used. Rejects with Refusal 'malformed', 'unsupported' or 'limit'. */
export function plan({ parts }: Picture, limits: Limits): Plan {
  const scans = new Map<Scan, ScanHeader>();
  const tables = new Map<Segment, readonly Table[]>();
  const inForce = new Map<string, Table>();
  let frame: Frame | undefined;
  let restartInterval = 0;
  for (const part of parts) {
    const { marker, payload } = part;
    if (isScan(part)) {
      if (!frame) throw new Refusal('malformed', `scan before its frame at byte ${part.offset}`);
      scans.set(part, readScan(part, frame, restartInterval, inForce));
    } else if (isFrame(marker)) {
      if (frame) throw new Refusal('malformed', `second frame at byte ${part.offset}`);
      frame = readFrame(part, limits);
    } else if (marker === DQT || marker === DHT) {
      const read = readTables(part);
      tables.set(part, [...read.values()]);
      for (const [slot, table] of read) inForce.set(slot, table);
    } else if (marker === DRI) {
      if (payload.length !== 2) throw new Refusal('malformed', `restart interval of ${payload.length} bytes`);
      restartInterval = payload.readUInt16BE(0);
    }
  }
  if (!frame || scans.size === 0) throw new Refusal('malformed', 'no frame or no scan');
  return { frame, scans, tables };
}

function readFrame({ marker, payload }: Segment, limits: Limits): Frame {
  // Baseline, extended and progressive with Huffman codes: the rest is in no browser and no photograph.
  if (marker > 0xc2) throw new Refusal('unsupported', `coding process of marker ${marker.toString(16)}`);
  const count = payload[5] ?? 0;
  if (count < 1 || count > 4 || payload.length !== 6 + 3 * count)
    throw new Refusal('malformed', `frame header of ${payload.length} bytes`);
  if (payload[0] !== 8) throw new Refusal('unsupported', `${payload[0]} bits per sample`);
  const [height, width] = [payload.readUInt16BE(1), payload.readUInt16BE(3)];
  if (height === 0) throw new Refusal('unsupported', 'height given after the first scan');
  if (width === 0) throw new Refusal('malformed', 'width 0');
  if (width * height > limits.maxPixels) throw new Refusal('limit', `${width * height} pixels`);
  const components: Component[] = [];
  for (let at = 6; at < payload.length; at += 3) {
    const [id = 0, sampling = 0, quantisation = 0] = payload.subarray(at, at + 3);
    const [h, v] = [sampling >> 4, sampling & 15];
    if (h < 1 || h > 4 || v < 1 || v > 4 || components.some((other) => other.id === id))
      throw new Refusal('malformed', `component ${components.length} of the frame`);
    components.push({ id, h, v, quantisation });
  }
  return { width, height, isProgressive: marker === 0xc2, components };
}

function readScan(scan: Scan, frame: Frame, restartInterval: number, inForce: ReadonlyMap<string, Table>): ScanHeader {
  const { payload, offset } = scan;
  const count = payload[0] ?? 0;
  if (count < 1 || count > 4 || payload.length !== 4 + 2 * count)
    throw new Refusal('malformed', `scan header at byte ${offset}`);
  const [from = 0, to = 0, approximation = 0] = payload.subarray(1 + 2 * count);
  const isRefinement = approximation >> 4 !== 0;
  const isValid = frame.isProgressive
    ? to < 64 && from <= to && (from === 0) === (to === 0) && (from === 0 || count === 1)
    : true;
  if (!isValid) throw new Refusal('malformed', `spectral selection at byte ${offset}`);
  const use = (slot: string) => {
    const table = inForce.get(slot);
    if (!table) throw new Refusal('malformed', `table ${slot} is missing at byte ${offset}`);
    table.isUsed = true;
    return table;
  };
  const components: ScanHeader['components'][number][] = [];
  for (let i = 0; i < count; i++) {
    const [id, selectors = 0] = payload.subarray(1 + 2 * i, 3 + 2 * i);
    const component = frame.components.find((candidate) => candidate.id === id);
    if (!component || components.some((other) => other.component === component))
      throw new Refusal('malformed', `component of the scan at byte ${offset}`);
    use(`q${component.quantisation}`);
    const needsDc = frame.isProgressive ? from === 0 && !isRefinement : true;
    const needsAc = frame.isProgressive ? from > 0 : true;
    components.push({
      component,
      dc: needsDc ? use(`dc${selectors >> 4}`) : undefined,
      ac: needsAc ? use(`ac${selectors & 15}`) : undefined,
    });
  }
  return {
    components,
    from: frame.isProgressive ? from : 0,
    to: frame.isProgressive ? to : 63,
    isRefinement,
    restartInterval,
  };
}

function readTables({ marker, payload, offset }: Segment): ReadonlyMap<string, Table> {
  const tables = new Map<string, Table>();
  for (let at = 0; at < payload.length; ) {
    const head = payload[at] ?? 0;
    const [kind, slot] = [head >> 4, head & 15];
    const isValid = kind <= 1 && slot <= 3;
    let length = 1 + 64 * (kind + 1);
    if (marker === DHT) {
      length = 17;
      for (let i = 1; i <= 16; i++) length += payload[at + i] ?? 0;
    }
    if (!isValid || at + length > payload.length || length > 17 + 256)
      throw new Refusal('malformed', `table at byte ${offset + 4 + at}`);
    const name = marker === DQT ? `q${slot}` : `${kind === 0 ? 'dc' : 'ac'}${slot}`;
    // A slot that the same segment fills twice holds the second.
    tables.set(name, { bytes: payload.subarray(at, at + length), isUsed: false });
    at += length;
  }
  return tables;
}

/** The bytes of a marker segment. */
export function segmentBytes(marker: number, payload: Uint8Array): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
}
