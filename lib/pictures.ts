// Pictures of quarantined documents, for whoever reviews: wherever hostile bytes may be opened, in processes that are
// killed at their limits.

import { NO_PICTURE, type PictureAnswer, type PictureOrder } from './picture-orders.ts';
import { openPreviewer } from './preview.ts';
import { openRebuilder } from './rebuilt.ts';

export type PictureMaker = {
  /** Rejects only where no process can be started. Asked again, it goes on where it is. */
  make(order: PictureOrder, untrusted: Uint8Array | undefined): Promise<PictureAnswer>;
  close(): Promise<void>;
};

/** Starts its first process with the first picture. */
export function openPictures(policyFile: unknown): PictureMaker {
  const previewer = openPreviewer();
  const rebuilder = openRebuilder(policyFile);
  return {
    async make({ what, page, format, extension, covered, rules }, untrusted) {
      if (!untrusted) return NO_PICTURE;
      if (what === 'before') return previewer.draw(untrusted, format, page, covered);
      const name = extension === '' ? 'document' : `document.${extension}`;
      const rebuilt = await rebuilder.rebuild(untrusted, name, rules);
      if (rebuilt.outcome === 'refused') return { is: 'none', reason: rebuilt.reason };
      return previewer.draw(rebuilt.body, rebuilt.format, page, covered);
    },
    async close() {
      await previewer.close();
      await rebuilder.close();
    },
  };
}
