// An empty Debian, out of debootstrap and this machine's own sources: mirrors are read from apt when the test runs.

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runWithOwnMounts } from './namespace.ts';

/** One line of sources.list, without its keys. */
type Source = { readonly uri: string; readonly suite: string };

/** Why there can be no Debian of this suite, undefined where there can. */
export function debianMissing(suite: string): string | undefined {
  if (spawnSync('debootstrap', ['--version']).status !== 0) return 'no debootstrap (apt-get install debootstrap)';
  if (!sourcesOf(suite).some((source) => source.suite === suite)) return `apt has no source for Debian ${suite}`;
  return undefined;
}

/** What apt on this machine has for the suite: itself, its updates, its security fixes. */
export function sourcesOf(suite: string): readonly Source[] {
  const { stdout } = spawnSync(
    'apt-get',
    ['indextargets', '--format', '$(REPO_URI) $(RELEASE) $(COMPONENT)', 'Created-By: Packages'],
    { encoding: 'utf8' },
  );
  const lines = new Set((stdout ?? '').trim().split('\n'));
  return [...lines]
    .map((line) => line.split(' '))
    .flatMap(([uri = '', release = '', component]) =>
      component === 'main' && [suite, `${suite}-updates`, `${suite}-security`].includes(release)
        ? [{ uri, suite: release }]
        : [],
    );
}

/** Makes the folder a root of the suite as Debian's own image has it: what is essential, and apt. */
export function makeDebian(suite: string, root: string): void {
  const sources = sourcesOf(suite);
  const mirror = sources.find((source) => source.suite === suite)?.uri ?? '';
  // Without certificates apt could not go on from a mirror that is reached by https; the image's list has them anyway.
  const include = mirror.startsWith('https:') ? ['--include=ca-certificates'] : [];
  mkdirSync(root, { recursive: true });
  const command = ['debootstrap', '--variant=minbase', ...include, suite, root, mirror];
  runWithOwnMounts(command, { ...process.env, ...proxy() });
  const lines = sources.map((source) => `deb ${source.uri} ${source.suite} main\n`);
  writeFileSync(join(root, 'etc/apt/sources.list'), lines.join(''));
  for (const file of ['/etc/resolv.conf', '/etc/hosts'])
    if (existsSync(file)) cpSync(file, join(root, file), { dereference: true });
  // Debian's image has it too: packages start no daemons while they are installed.
  writeFileSync(join(root, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 });
}

/** For apt and debootstrap alike. */
export function proxy(): Readonly<Record<string, string>> {
  const { stdout } = spawnSync('apt-config', ['dump', '--format', '%v%n', 'Acquire::http::Proxy'], {
    encoding: 'utf8',
  });
  const url = stdout?.trim() || process.env.http_proxy;
  return url ? { http_proxy: url, https_proxy: process.env.https_proxy ?? url } : {};
}
