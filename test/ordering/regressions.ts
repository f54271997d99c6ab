// The smallest histories that broke something in an earlier form of lib/core, as they were found. What the moves are has
// changed with the code since; what has to hold at the end has not.

import type { History } from './history.ts';

export const REGRESSIONS: readonly { readonly shows: string; readonly history: History }[] = [
  {
    shows: 'two workers claim the own new name of one key at once',
    history: {
      steps: [
        { does: 'delete', key: 'a.docm', notice: 'sent' },
        { does: 'delete', key: 'a.docm', notice: 'sent' },
        { does: 'put', key: 'a.dotm', text: 'plain 0', notice: 'sent' },
        { does: 'delete', key: 'a.dotm', notice: 'sent' },
        { does: 'put', key: 'a.dotm', text: 'poison 0', notice: 'sent' },
        { does: 'wait' },
        { does: 'delete', key: 'a.docm', notice: 'sent' },
      ],
      overwrite: 'keep-previous',
      workers: 1,
      faults: 0,
      staleAcks: false,
      choices: [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 6091,
      ],
    },
  },
  {
    shows: 'a document is deleted and uploaded anew as one that is quarantined, in one go',
    history: {
      steps: [
        { does: 'put', key: 'a.docm', text: 'plain 0', notice: 'sent' },
        { does: 'delete', key: 'a.docm', notice: 'sent' },
        { does: 'put', key: 'a.docm', text: 'worse 0', notice: 'sent' },
        { does: 'rest' },
      ],
      overwrite: 'keep-previous',
      workers: 1,
      faults: 0,
      staleAcks: false,
      choices: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7],
    },
  },
  {
    shows: 'the same, where the new one makes judging fail each time',
    history: {
      steps: [
        { does: 'put', key: 'a.docm', text: 'macro 0', notice: 'sent twice' },
        { does: 'rest' },
        { does: 'wait' },
      ],
      overwrite: 'keep-previous',
      workers: 1,
      faults: 8,
      staleAcks: false,
      choices: [0, 0, 0, 0, 0, 0, 0, 26624],
    },
  },
  {
    shows: 'a worker is overtaken while it claims a name that nobody has',
    history: {
      steps: [
        { does: 'rest' },
        { does: 'delete', key: 'a.docm', notice: 'sent' },
        { does: 'rest' },
        { does: 'rest' },
        { does: 'delete', key: 'a.docm', notice: 'sent' },
        { does: 'put', key: 'b.txt', text: 'macro 0', notice: 'sent' },
        { does: 'put', key: 'a.docm', text: 'plain 0', notice: 'sent' },
        { does: 'delete', key: 'a.docm', notice: 'sent' },
      ],
      overwrite: 'keep-previous',
      workers: 1,
      faults: 2,
      staleAcks: false,
      choices: [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 268, 0, 8525, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 8343,
      ],
    },
  },
  {
    shows: 'a quarantined version comes while a change of name is under way',
    history: {
      steps: [
        { does: 'put', key: 'a.docm', text: 'plain 0', notice: 'sent' },
        { does: 'put', key: 'a.docm', text: 'plain 0', notice: 'sent' },
        { does: 'wait' },
        { does: 'put', key: 'a.docm', text: 'macro 0', notice: 'sent' },
        { does: 'sweep' },
        { does: 'put', key: 'a.docm', text: 'worse 0', notice: 'sent' },
      ],
      overwrite: 'keep-previous',
      workers: 1,
      faults: 0,
      staleAcks: false,
      choices: [
        0, 0, 0, 9140, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 723, 19323, 0, 0, 1142, 0, 0, 0, 0, 0, 0, 0, 0, 0, 25900, 0, 0, 0,
        388, 13493, 0, 0, 0, 0, 0, 65531, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 19413, 0, 9891,
      ],
    },
  },
];
