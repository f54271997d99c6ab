import { lstat, mkdir, realpath } from 'node:fs/promises';

export type Root = {
  /** Real and absolute. */
  readonly path: string;
  readonly private: boolean;
  /** Rejects when the folder is not the one that was opened. */
  check(): Promise<void>;
};

/** Opens the folder at the first call, making it when it is not there. */
export function rootOf(folder: string, isPrivate: boolean): () => Promise<Root> {
  let opening: Promise<Root> | undefined;
  const opened = async (): Promise<Root> => {
    await mkdir(folder, { recursive: true, ...(isPrivate ? { mode: 0o700 } : {}) });
    const path = await realpath(folder);
    const { dev, ino } = await lstat(path, { bigint: true });
    return {
      path,
      private: isPrivate,
      // An unmounted disk leaves an empty folder: without this check every object in it would seem removed.
      async check() {
        const now = await lstat(path, { bigint: true });
        if (now.dev !== dev || now.ino !== ino) throw new Error('the folder of a store was replaced or unmounted');
      },
    };
  };
  return () => {
    opening ??= opened().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
}
