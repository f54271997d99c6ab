// Programs in a root folder of their own, as a container runtime runs them: in namespaces of their own for mounts and
// processes. Whatever was mounted or started in there is gone with the first process, and that dies with ours.

import { type ChildProcess, execFileSync, type SpawnOptions, spawn, spawnSync } from 'node:child_process';

/** What an image of Debian's has, and `env -i` has not. */
export const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export type Inside = {
  readonly root: string;
  readonly cwd: string;
  readonly user: string;
  /** As in Lambda: only /tmp can be written to. */
  readonly readOnly: boolean;
  readonly env: Readonly<Record<string, string>>;
};

// $1 is the root, $2 ro or rw, $3 the user, $4 the working directory. A read-only root gets a /tmp of its own. The shell
// stays the first process: the kernel forgets the death signal of one that changes its user, and would leave it running.
const ENTER = `
set -e
root=$1 mode=$2 user=$3 cwd=$4
shift 4
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755,size=1m tmpfs "$root/dev"
for device in null zero full random urandom; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
ln -s /proc/self/fd "$root/dev/fd"
if [ "$mode" = ro ]; then
  mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
  mount -o remount,bind,ro "$root"
fi
chroot --userspec="$user" --groups= "$root" /usr/bin/env -C "$cwd" "$@"
exit $?
`;

const UNSHARE = ['setpriv', '--pdeathsig', 'KILL', '--', 'unshare', '--mount', '--pid', '--fork', '--kill-child'];

/** Starts a command. Killing the child ends everything in there. */
export function spawnInside(inside: Inside, command: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const { root, cwd, user, readOnly, env } = inside;
  const enter = ['/bin/sh', '-c', ENTER, 'enter', root, readOnly ? 'ro' : 'rw', user, cwd];
  const [program = '', ...args] = [...UNSHARE, ...enter, ...command];
  return spawn(program, args, { ...options, env: { PATH, ...env } });
}

/** Runs a program of this machine's to its end. What it mounts is seen by nobody else, and is gone when it is. */
export function runWithOwnMounts(command: readonly string[], env: NodeJS.ProcessEnv): void {
  const args = ['--pdeathsig', 'KILL', '--', 'unshare', '--mount', ...command];
  execFileSync('setpriv', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Why this machine gives no namespaces; undefined where it does. */
export function namespacesMissing(): string | undefined {
  if (process.platform !== 'linux') return 'not on Linux';
  if (process.getuid?.() !== 0) return 'not root';
  const [program = '', ...args] = [...UNSHARE, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'];
  return spawnSync(program, args).status === 0 ? undefined : 'mounting is not allowed here';
}
