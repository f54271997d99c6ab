// A Ceph cluster of one monitor, one OSD that keeps everything in memory, and a RADOS Gateway: an S3 server that others
// wrote, from Debian's packages (radosgw, ceph-mon, ceph-osd, ceph-common), without systemd and without a manager daemon.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type Gateway = {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
};

const TOOL_MS = 60_000;
const MEMORY_BYTES = 2 ** 31;

/** Starts the daemons with their data in `folder`. They end with this process, however it ends. */
export async function startCluster(folder: string): Promise<{ readonly gateway: Gateway; stop(): Promise<void> }> {
  const [monPort, webPort] = await freePorts(2);
  const fsid = randomUUID();
  const conf = `${folder}/ceph.conf`;
  const keys = `${folder}/keyring`;
  const daemons: ChildProcess[] = [];
  const tool = (name: string, ...args: string[]) =>
    run(name, ['-c', conf, ...args], { timeout: TOOL_MS, killSignal: 'SIGKILL' });
  // The death signal ends the daemon with us even where we are killed ourselves.
  const daemon = (name: string, ...args: string[]) =>
    daemons.push(spawn('setpriv', ['--pdeathsig', 'KILL', '--', name, '-c', conf, '-f', ...args], { stdio: 'ignore' }));
  const stop = async () => {
    await Promise.all(daemons.map(end));
  };

  try {
    for (const name of ['mon', 'osd', 'rgw', 'run', 'log']) await mkdir(`${folder}/${name}`);
    const address = `[v2:127.0.0.1:${monPort}]`;
    await writeFile(conf, settings(folder, fsid, address, webPort));
    await writeFile(keys, keyring(['mon.', 'client.admin', 'osd.0', 'client.rgw']), { mode: 0o600 });
    const map = `${folder}/monmap`;
    await run('monmaptool', ['--create', '--fsid', fsid, '--addv', 'a', address, map]);
    await tool('ceph-mon', '--mkfs', '-i', 'a', '--monmap', map, '--keyring', keys);
    daemon('ceph-mon', '-i', 'a');

    const osd = randomUUID();
    await tool('ceph', 'osd', 'new', osd, '0');
    await tool('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', osd);
    daemon('ceph-osd', '-i', '0');
    daemon('radosgw', '-n', 'client.rgw');

    const gateway = {
      endpoint: `http://127.0.0.1:${webPort}`,
      accessKeyId: randomBytes(10).toString('hex'),
      secretAccessKey: randomBytes(20).toString('hex'),
    };
    const credentials = ['--access-key', gateway.accessKeyId, '--secret', gateway.secretAccessKey];
    await tool(
      'radosgw-admin',
      '-n',
      'client.rgw',
      'user',
      'create',
      '--uid',
      'tests',
      '--display-name',
      'tests',
      ...credentials,
    );
    await answering(gateway.endpoint, daemons);
    return { gateway, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

// The monitor gathers changes of its maps for a second before it proposes them, and a new gateway makes dozens: without
// the two paxos lines the start takes eleven seconds instead of one.
function settings(folder: string, fsid: string, address: string, webPort: number): string {
  return `[global]
fsid = ${fsid}
mon host = ${address}
keyring = ${folder}/keyring
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
public addr = 127.0.0.1
cluster addr = 127.0.0.1
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
paxos propose interval = 0.05
paxos min wait = 0.01
osd objectstore = memstore
memstore device bytes = ${MEMORY_BYTES}
mon data = ${folder}/mon
osd data = ${folder}/osd
rgw data = ${folder}/rgw
run dir = ${folder}/run
admin socket = ${folder}/run/$name.$pid.asok
pid file =
crash dir = ${folder}/log
log file = ${folder}/log/$name.log
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:${webPort}
`;
}

/** cephx keys: type 1 (AES), creation time, length, sixteen random bytes; all numbers little-endian. */
function keyring(names: readonly string[]): string {
  const header = Buffer.from('010000000000000000001000', 'hex');
  const caps = ['mon', 'osd', 'mgr', 'mds'].map((daemon) => `\tcaps ${daemon} = "allow *"\n`).join('');
  return names
    .map((name) => `[${name}]\n\tkey = ${Buffer.concat([header, randomBytes(16)]).toString('base64')}\n${caps}`)
    .join('');
}

async function freePorts(count: number): Promise<[number, number]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address && typeof address === 'object') ports.push(address.port);
  }
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  const [first, second] = ports;
  if (first === undefined || second === undefined) throw new Error('no free port');
  return [first, second];
}

async function answering(endpoint: string, daemons: readonly ChildProcess[]): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (daemons.some(({ exitCode }) => exitCode !== null)) throw new Error('a Ceph daemon ended');
    const answer = await fetch(endpoint).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error('the gateway did not answer within 30 seconds');
}

async function end(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const ended = new Promise((resolve) => daemon.once('exit', resolve));
  // Nothing in it is worth an orderly stop.
  daemon.kill('SIGKILL');
  await ended;
}
