import { afterEach, describe, expect, test } from 'vitest';
import { clamd, definitionsIn, resultOf } from '../../lib/scanners/clamd.ts';
import { faultOf } from '../../lib/scanners/self-test.ts';
import { type Behaviour, type FakeClamd, fakeClamd } from '../support/clamd-fake.ts';

let server: FakeClamd | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function scan(behave: Behaviour, untrusted: Uint8Array = Buffer.from('a document'), maxBytes = 10_000_000) {
  server = await fakeClamd(behave);
  const { address } = server;
  const scanner = clamd({ name: 'clamd', address: async () => address, retries: 2, timeoutMs: 300, maxBytes });
  return scanner.scan(untrusted);
}

describe('only the exact words for clean are clean', () => {
  test.each([
    { reply: 'stream: OK', result: 'clean' },
    { reply: 'stream: Win.Test.EICAR_HDB-1 FOUND', result: 'malware' },
    { reply: 'stream: Test.Spoorloos.UNOFFICIAL FOUND', result: 'malware' },
    { reply: 'stream: Heuristics.Phishing.Email.SpoofedDomain FOUND', result: 'malware' },
    { reply: 'stream: Heuristics.Something.New FOUND', result: 'malware' },
    { reply: 'stream: Heuristics.Encrypted.PDF FOUND', result: 'encrypted' },
    { reply: 'stream: Heuristics.Encrypted.Zip FOUND', result: 'encrypted' },
    { reply: 'stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND', result: 'limit' },
    { reply: 'stream: Heuristics.Limits.Exceeded FOUND', result: 'limit' },
    { reply: 'stream: Heuristics.OLE2.ContainsMacros.VBA FOUND', result: 'macros' },
    { reply: 'INSTREAM size limit exceeded. ERROR', result: 'limit' },
    { reply: 'stream: Can’t allocate memory ERROR', result: undefined },
    { reply: 'stream: OK FOUND OK', result: undefined },
    { reply: 'stream: okay', result: undefined },
    { reply: 'OK', result: undefined },
    { reply: 'PONG', result: undefined },
    { reply: '', result: undefined },
  ])('$reply: $result', ({ reply, result }) => {
    expect(resultOf(reply)?.result).toBe(result);
  });
});

describe('a server that does not answer as clamd does: not scanned, after its retries, and nothing thrown', () => {
  test.each<{ does: string; behave: Behaviour }>([
    { does: 'hangs', behave: () => undefined },
    { does: 'closes', behave: (_, socket) => void socket.destroy() },
    { does: 'closes in the middle of its reply', behave: (_, socket) => void socket.end('stream: O') },
    { does: 'leaves out the end of its reply', behave: (_, socket) => void socket.write('stream: OK') },
    { does: 'answers garbage', behave: () => '\x01\x02\x03\0' },
    { does: 'answers without an end', behave: () => 'x'.repeat(100_000) },
    { does: 'answers an error', behave: () => 'stream: Can not open file ERROR\0' },
  ])('$does', async ({ behave }) => {
    expect(await scan(behave)).toEqual({ result: 'not-scanned' });
    expect(server?.connections()).toBe(3);
  });

  test('is not there', async () => {
    const gone = await fakeClamd(() => 'stream: OK\0');
    await gone.close();
    const scanner = clamd({
      name: 'clamd',
      address: async () => gone.address,
      retries: 1,
      timeoutMs: 300,
      maxBytes: 100,
    });
    expect(await scanner.scan(Buffer.from('x'))).toEqual({ result: 'not-scanned' });
  });

  test('has no address', async () => {
    const address = () => Promise.reject(new Error('does not start'));
    const scanner = clamd({ name: 'clamd', address, retries: 1, timeoutMs: 300, maxBytes: 100 });
    expect(await scanner.scan(Buffer.from('x'))).toEqual({ result: 'not-scanned' });
  });
});

test('a server that fails once is asked again', async () => {
  let attempts = 0;
  const behave: Behaviour = (_, socket) => (attempts++ === 0 ? void socket.destroy() : 'stream: OK\0');
  expect(await scan(behave)).toEqual({ result: 'clean' });
  expect(attempts).toBe(2);
});

test('macros are macros', async () => {
  expect(await scan(() => 'stream: Heuristics.OLE2.ContainsMacros.VBA FOUND\0')).toEqual({ result: 'macros' });
});

test.each([0, 1, 262_144, 1_000_003])('%i bytes arrive as they are', async (length) => {
  const untrusted = Buffer.from(Array.from({ length }, (_, index) => index % 251));
  expect(await scan(() => 'stream: OK\0', untrusted)).toEqual({ result: 'clean' });
  expect(server?.streamed[0]?.equals(untrusted)).toBe(true);
});

test('what is larger than the limit is not sent', async () => {
  expect(await scan(() => 'stream: OK\0', Buffer.alloc(101), 100)).toEqual({ result: 'limit' });
  expect(server?.connections()).toBe(0);
  expect(await scan(() => 'stream: OK\0', Buffer.alloc(100), 100)).toEqual({ result: 'clean' });
});

describe('a clamd is not believed that', () => {
  const isZip = (content: Buffer) => content.toString('latin1', 0, 2) === 'PK';
  const isEncrypted = (content: Buffer) => isZip(content) && content.readUInt16LE(6) === 1;
  const found = (name: string) => `stream: ${name} FOUND\0`;
  const answer = (content: Buffer, knows: { encrypted: boolean; limits: boolean }) => {
    if (!isZip(content)) return found('Eicar');
    if (isEncrypted(content)) return knows.encrypted ? found('Heuristics.Encrypted.Zip') : 'stream: OK\0';
    return knows.limits ? found('Heuristics.Limits.Exceeded.MaxRecursion') : 'stream: OK\0';
  };

  test.each<{ does: string; behave: Behaviour; fault: string | null }>([
    { does: 'detects nothing', behave: () => 'stream: OK\0', fault: 'it does not detect the EICAR test file' },
    { does: 'detects everything', behave: () => found('Eicar'), fault: 'clamd.conf lacks `AlertEncrypted yes`' },
    {
      does: 'does not tell of what is encrypted',
      behave: (content) => answer(content, { encrypted: false, limits: true }),
      fault: 'clamd.conf lacks `AlertEncrypted yes`',
    },
    {
      does: 'does not tell of its limits',
      behave: (content) => answer(content, { encrypted: true, limits: false }),
      fault: 'clamd.conf lacks `AlertExceedsMax yes`',
    },
    {
      does: '(one that tells of both is)',
      behave: (content) => answer(content, { encrypted: true, limits: true }),
      fault: null,
    },
  ])('$does', async ({ behave, fault }) => {
    server = await fakeClamd(behave);
    expect(await faultOf(server.address, 5000)).toBe(fault);
  });
});

describe('definitions', () => {
  test.each([
    { version: 'ClamAV 1.4.3/27811/Thu Nov 20 09:31:20 2026', definitions: 27811 },
    { version: 'ClamAV 0.103.12/26000/Mon Jan  1 00:00:00 2026', definitions: 26000 },
    { version: 'ClamAV 1.4.3', definitions: undefined },
    { version: 'ClamAV 1.4.3/x/', definitions: undefined },
    { version: 'COMMAND UNAVAILABLE', definitions: undefined },
    { version: '', definitions: undefined },
  ])('of $version', ({ version, definitions }) => {
    expect(definitionsIn(version)).toBe(definitions);
  });

  test('are asked for before a scan, and not for each', async () => {
    let asked = 0;
    server = await fakeClamd(
      () => 'stream: OK\0',
      () => {
        asked += 1;
        return `ClamAV 1.4.3/${asked}/Thu`;
      },
    );
    const { address } = server;
    const scanner = clamd({ name: 'clamd', address: async () => address, retries: 0, timeoutMs: 300, maxBytes: 100 });
    expect([await scanner.definitions?.(), await scanner.definitions?.()]).toEqual([1, 1]);
    await server.close();
    const gone = clamd({ name: 'clamd', address: async () => address, retries: 0, timeoutMs: 300, maxBytes: 100 });
    expect(await gone.definitions?.()).toBeUndefined();
    server = undefined;
  });
});
