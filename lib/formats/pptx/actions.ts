// What a click does ([MS-OE376] 2.1.1139, ISO/IEC 29500-1 20.1.2.2.23 action): moves within the show stay; programs,
// macros, files, other presentations and objects do not.

const SHOW =
  /^ppaction:\/\/(?:noaction|hlinksldjump|hlinkshowjump\?jump=[a-z]{1,20}|customshow\?id=\d{1,6}(?:&return=(?:true|false))?)$/i;

export function isPublicAction(action: string): boolean {
  return action === '' || SHOW.test(action);
}
