// Programs that read OpenDocument lay out what OpenOffice.org before 3.4 wrote by the rules of then: without its name,
// headings get other numbers and lines break elsewhere. They ask for the build, so that stays; the platform, the milestone
// and the exact version go. All later programs write their rules down, and their names go wholly.

/** Main versions by the branch that builds were made from. */
const VERSIONS: ReadonlyMap<string, number> = new Map([
  ['641', 1],
  ['645', 1],
  ['680', 2],
  ['300', 3],
  ['310', 3],
  ['320', 3],
  ['330', 3],
]);

// The names of those versions have some seventy characters.
const MAX_NAME = 200;

/** What stays of the name of the program; undefined for all other programs. */
export function eraOf(generator: string): string | undefined {
  if (generator.length > MAX_NAME) return undefined;
  const [, branch = '', build] =
    /^OpenOffice\.org\b.* .*_project\/(\d{3})m\d{1,3}\$Build-(\d{4})$/.exec(generator) ?? [];
  const version = VERSIONS.get(branch);
  return version === undefined
    ? undefined
    : `OpenOffice.org/${version} OpenOffice.org_project/${branch}m1$Build-${build}`;
}
