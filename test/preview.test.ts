import sharp from 'sharp';
import { expect, test } from 'vitest';
import { openPreviewer } from '../lib/preview.ts';
import { cases } from './fixtures/pdf/cases.ts';

test('what is covered is painted over in the picture itself, and nothing else is', async () => {
  const bytes = await cases.find(({ shows }) => shows === 'holds back a text under a black rectangle')?.bytes();
  const previewer = openPreviewer();
  try {
    const light = async (covered: readonly (readonly [number, number, number, number])[], left: number) => {
      const drawn = await previewer.draw(bytes ?? new Uint8Array(), 'pdf', 1, covered);
      const { width, height } = await sharp(drawn?.png).metadata();
      const half = { left: Math.round(width * left), top: 0, width: Math.floor(width / 2), height };
      const { channels } = await sharp(await sharp(drawn?.png).extract(half).png().toBuffer()).stats();
      return channels.map(({ mean }) => mean > 0);
    };
    expect(await light([[0, 0, 500, 1000]], 0)).toEqual([false, false, false]);
    expect(await light([[0, 0, 500, 1000]], 0.5)).toEqual([true, true, true]);
    expect(await light([], 0)).toEqual([true, true, true]);
  } finally {
    await previewer.close();
  }
});
