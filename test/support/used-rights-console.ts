// The rights that the console uses on AWS, seen by using it: two people sign in with an issuer, release, reject, hold and
// delete, stay for a while and sign out.

import { signInOnRecord } from '../../lib/console/on-record.ts';
import { payloadKey } from '../../lib/core/records-cases.ts';
import { handOutBy } from '../../lib/hand-out.ts';
import { invokedPictures } from '../../lib/invoked-pictures.ts';
import { NO_PICTURE, saidOf } from '../../lib/picture-orders.ts';
import type { Presign } from '../../lib/presigned.ts';
import { readCase } from '../../lib/review/cases.ts';
import { ADA, GRACE, type OidcBrowser, oidcRig } from './oidc-rig.ts';
import { recorded, recordedQueue } from './recorded.ts';
import { toldBy, type Used, usage } from './used-rights.ts';

const REQUEST = { reason: 'it is fine', rule: 'test.hidden', hours: '24' };
const MINUTE = 60_000;

export async function usedRightsOfConsole(): Promise<readonly Used[]> {
  const { noteOf, used } = usage();
  const note = noteOf('console');
  const rig = oidcRig({
    ports({ quarantine }) {
      const asked = (place: string, answer: object) => async () => {
        note('lambda:InvokeFunction', place);
        return { is: 'answered', answer } as const;
      };
      // Whoever is given the address reads and writes as whoever gave it.
      const presign: Presign = async (method, key) => {
        note(method === 'GET' ? 's3:GetObject' : 's3:PutObject', 'quarantine', key);
        return 'https://bucket.example.org/';
      };
      return {
        pictures: invokedPictures(asked('pictures', saidOf(NO_PICTURE)), presign),
        handOut: handOutBy(asked('originals', { is: 'packed' }), presign, quarantine),
      };
    },
    places: (made) => ({
      ...made,
      ledger: recorded('ledger', made.ledger, note),
      audit: recorded('audit', made.audit, note),
      quarantine: recorded('quarantine', made.quarantine, note),
      liveQueue: recordedQueue('live', made.liveQueue, note),
      notify: toldBy(note),
    }),
    onSignedIn: (places) => signInOnRecord(places),
  });
  const [ada, grace] = [rig.browser(), rig.browser()];
  const did = async (who: OidcBrowser, caseId: string, what: string, fields: Record<string, string>) => {
    const { status } = await who.post(`/cases/${caseId}/${what}`, fields);
    if (status !== 303) throw new Error(`${what} is answered ${status}`);
  };
  const released = await rig.quarantined('bad one', 'a.txt');
  const deleted = await rig.quarantined('bad two', 'b.txt');
  const rejected = await rig.quarantined('bad three', 'c.txt');
  for (const [who, account] of [
    [ada, ADA],
    [grace, GRACE],
  ] as const) {
    await who.signIn(account);
    await who.get('/');
  }
  await did(ada, released, 'request-release', REQUEST);
  const request = (await readCase(rig.stores.ledger, released))?.review.request?.id ?? '';
  await did(grace, released, 'approve', { request });
  await rig.drain();
  await ada.get(`/cases/${released}`);
  if ((await readCase(rig.stores.ledger, released))?.review.state !== 'released') throw new Error('it is not released');
  await did(ada, rejected, 'comment', { text: 'fine' });
  await did(ada, rejected, 'reject', { reason: 'no' });
  const { text } = await ada.post(`/cases/${deleted}/download`, { reason: 'to look' });
  const fetched = await ada.get(/href="([^"]+\.zip)"/.exec(text)?.[1] ?? '');
  if (fetched.status !== 303) throw new Error(`an original is answered ${fetched.status}`);
  await did(ada, deleted, 'delete', { reason: 'its author asked' });
  // As it was deleted before something empty was put in its place.
  await rig.stores.quarantine.remove(payloadKey(deleted));
  await ada.get(`/cases/${deleted}`);
  await ada.get(`/cases/${'0'.repeat(32)}`);
  for (const ms of [2 * MINUTE, 6 * MINUTE]) {
    rig.clock.ms += ms;
    await ada.get('/');
  }
  await ada.post('/sign-out', {});
  return used();
}
