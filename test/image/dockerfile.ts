// The part of the Dockerfile reference (https://docs.docker.com/reference/dockerfile/) that ours uses. Whatever else
// stands in a Dockerfile throws: an instruction that was passed over would be an image that was not tested.

export type Instruction =
  | { readonly name: 'WORKDIR'; readonly path: string }
  | {
      readonly name: 'COPY';
      readonly from: string | undefined;
      readonly sources: readonly string[];
      readonly to: string;
    }
  | { readonly name: 'RUN'; readonly command: string }
  | { readonly name: 'ENV'; readonly variable: string; readonly value: string }
  | { readonly name: 'USER'; readonly user: string }
  | { readonly name: 'ENTRYPOINT'; readonly command: readonly string[] };

export type Stage = {
  readonly name: string | undefined;
  /** The last part of the base image's name: 'debian:bookworm-slim'. */
  readonly base: string;
  readonly instructions: readonly Instruction[];
};

export function parseDockerfile(text: string): readonly Stage[] {
  const stages: { name: string | undefined; base: string; instructions: Instruction[] }[] = [];
  for (const line of logicalLines(text)) {
    const [, word = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
    if (word === 'FROM') {
      const [, image, name] = /^(\S+)(?:\s+AS\s+(\S+))?$/.exec(rest) ?? [];
      if (!image) throw new Error(`not understood: ${line}`);
      stages.push({ name, base: image.slice(image.lastIndexOf('/') + 1), instructions: [] });
      continue;
    }
    const stage = stages.at(-1);
    if (!stage) throw new Error(`before the first FROM: ${line}`);
    stage.instructions.push(instructionOf(word, rest));
  }
  return stages;
}

function instructionOf(name: string, rest: string): Instruction {
  switch (name) {
    case 'WORKDIR':
      return { name, path: rest };
    case 'COPY': {
      const words = rest.split(/\s+/);
      const from = /^--from=(\S+)$/.exec(words[0] ?? '')?.[1];
      const paths = from === undefined ? words : words.slice(1);
      const to = paths.at(-1);
      if (to === undefined || paths.length < 2 || paths.some((path) => /^--|[*?[$]/.test(path)))
        throw new Error(`not understood: COPY ${rest}`);
      return { name, from, sources: paths.slice(0, -1), to };
    }
    case 'RUN':
      if (rest.startsWith('[') || rest.startsWith('--')) throw new Error(`not understood: RUN ${rest}`);
      return { name, command: rest };
    case 'ENV': {
      const [, variable, value] = /^(\w+)=([^\s"'$\\]+)$/.exec(rest) ?? [];
      if (variable === undefined || value === undefined) throw new Error(`not understood: ENV ${rest}`);
      return { name, variable, value };
    }
    case 'USER':
      return { name, user: rest };
    case 'ENTRYPOINT': {
      const command: unknown = JSON.parse(rest);
      if (!Array.isArray(command) || !command.every((word) => typeof word === 'string'))
        throw new Error(`not understood: ENTRYPOINT ${rest}`);
      return { name, command };
    }
    default:
      throw new Error(`not understood: ${name} ${rest}`);
  }
}

/** Without comments, and with continued lines joined. */
function logicalLines(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join('\n')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
