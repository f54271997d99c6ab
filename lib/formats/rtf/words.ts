// Control words that are kept, by what they say (Rich Text Format 1.9.1, appendix B). Each row is a family: alternatives
// of one vocabulary. A word that is in no row is dropped, which is what a reader does that does not know it; the text
// beside it stays. Words that make a group a destination are in destinations.ts.

const EDGES = 't|b|l|r|h|v|start|end';
const STYLES =
  't|b|l|r|h|v|th|s|sh|db|dot|dash|dashsm|dashd|dashdd|dashdotstr|inset|none|nil|outset|triple|hair|wavy|wavydb|emboss|engrave|frame|w|cf|art|bar|btw|tbl|head|foot|opt|snap|' +
  '(?:tnth|thtn|tnthtn)(?:sg|mg|lg)';
const SHADES = '(?:bg)?(?:dk)?(?:horiz|hor|vert|cross|dcross|fdiag|bdiag)';
const NUMBERS =
  'ar|alc|auc|rlc|ruc|chi|chosung|cnum|dbar|dbnum|dbnumd|dbnumk|dbnumt|ganada|gbnum|gbnumd|gbnumk|gbnuml|zodiac|zodiacd|zodiacl|nar';

const PICTURES =
  'picw|pich|picwgoal|pichgoal|picscalex|picscaley|piccrop[tblr]|picscaled|picbmp|picbpp|emfblip|pngblip|jpegblip|wmetafile|dibitmap|blipupi|defshp|wbmbitspixel|wbmplanes|wbmwidthbytes';

const FAMILIES: readonly (readonly [why: string, words: string])[] = [
  [
    'character set and default fonts',
    'ansi|mac|pc|pca|ansicpg|a?deff|deflang|deflangfe|adeflang|stshf(?:dbch|loch|hich|bi)|uc|u|upr',
  ],
  [
    'fonts',
    'f|fs|af|afs|fn|fnil|froman|fswiss|fmodern|fscript|fdecor|ftech|fbidi|fcharset|fprq|cpg|fbias|[fhdb]?(?:loch|hich|dbch)|flo?minor|f[lhdb]omi(?:nor|major)|f(?:lo|hi|db|bi)(?:minor|major)',
  ],
  [
    'colours',
    'red|green|blue|cf|cb|highlight|c(?:main|background|text|accent|hyperlink|followedhyperlink)(?:dark|light)?(?:one|two|three|four|five|six)?|ctint|cshade|chcbpat|chcfpat|chshdng|cfpat|cbpat|shading',
  ],
  [
    'letters',
    'plain|a?b|a?i|a?caps|a?scaps|a?outl|a?shad|a?strike|strike[dx]|a?ul|a?ul[dw]|a?uldb|a?ulnone|ul(?:c|dash|dashd|dashdd|hwave|ldash|th|thd|thdash|thdashd|thdashdd|thldash|ululdbwave|uldbwave|wave)|a?up|a?dn|sub|super|nosupersub|a?expnd|expndtw|kerning|charscalex|embo|impr|animtext|acc(?:none|dot|comma|circle|underdot)|noproof|lang|langfe|langnp|langfenp|alang|ltrch|rtlch|fcs|cgrid|gcw|g|nosectexpand|webhidden|fittext|horzvert|twoinone|cchs|cs|s|ds|ts|tsrowd|chbrdr',
  ],
  [
    'shading',
    `(?:ch|cl|tr|ts)?${SHADES}|(?:cl|tr|ts)?(?:cfpat|cbpat|shdng|pat)(?:raw)?|(?:ts)?cell(?:cfpat|cbpat|pct)|tscell(?:cfpat|cbpat|pct)|clshdrawnil|(?:cl|tr)?shdng(?:raw)?`,
  ],
  [
    'borders',
    `(?:cl|tr|ch|pg|tscell|tsr)?brdr(?:${STYLES})?|brsp|box|cldg(?:ll|lu)|pgbrdr(?:head|foot|opt|snap|t|b|l|r)|(?:ts)?brdr(?:${EDGES}|dg[lr]|i?v|i?h)|tsbrdr(?:t|b|l|r|h|v|dgl|dgr)`,
  ],
  [
    'paragraphs',
    'par|pard|line|ql|qr|qc|qj|qd|qt|qk[0-9]?|fi|li|ri|lin|rin|cufi|culi|curi|sb|sa|sl|slmult|sbauto|saauto|lisb|lisa|sbys|keep|keepn|pagebb|noline|nowidctlpar|widctlpar|hyphpar|jclisttab|outlinelevel|level|ltrpar|rtlpar|adjustright|nosnaplinegrid|aspalpha|aspnum|faauto|fa(?:hang|center|roman|var|fixed)|nocwrap|nowwrap|nooverflow|toplinepunct|indmirror|contextualspace|spv|intbl|itap|collapsed|txbxtw(?:no|always|first|firstlast|last)|faroman',
  ],
  [
    'tabs',
    'tab|tx|tb|tq[rlcd]|tqdec|tl(?:dot|mdot|hyph|ul|th|eq)|ptablnone|ptabldot|ptablminus|ptabluscore|ptablmdot|pmartabq[lcr]|pindtabq[lcr]|deftab',
  ],
  [
    'special characters',
    'emdash|endash|emspace|enspace|qmspace|bullet|[lr]quote|[lr]dblquote|zw(?:bo|nbo|j|nj)|ltrmark|rtlmark|page|column|softpage|softcol|softline|softlheight|sect|lbr|chpgn|chftn|chftnsep|chftnsepc|sectnum|cell|row|nestcell|nestrow',
  ],
  [
    'sections',
    'sectd|sbk(?:none|col|page|even|odd)|sectunlocked|endnhere|cols|colsx|colno|colw|colsr|linebetcol|line(?:mod|x|starts|restart|ppage|cont)|pgwsxn|pghsxn|marg[lrtb]sxn|guttersxn|margmirsxn|lndscpsxn|titlepg|pgnstarts|pgncont|pgnrestart|pgnx|pgny|pgn(?:dec|ucrm|lcrm|ucltr|lcltr|bidia|bidib|dbnum|dbnumd|dbnumt|dbnumk|chosung|cnum|decd|ganada|gbnum|gbnumd|gbnuml|gbnumk|zodiac|zodiacd|zodiacl|id|hindi[abcd]|thai[abc]|vieta)|pgnhn|pgnhns[hpcmn]|vertal(?:t|b|c|j)?|header[yx]|footer[yx]|ltrsect|rtlsect|stextflow|sectdefaultcl|sectspecifycl|sectspecifyl|sectspecifygen[N]?|sectlinegrid|sectexpand|saftnn(?:' +
      NUMBERS +
      ')|sftnn(?:' +
      NUMBERS +
      ')|s?a?ftn(?:tj|bj|start|rstpg|restart|rstcont)|guttersxn|rtlgutter|bookfold|bookfoldrev|bookfoldsheets',
  ],
  [
    'document formatting',
    `paper[wh]|psz|marg[lrtb]|gutter|landscape|facingp|margmirror|widowctrl|nowidctlpar|hyphauto|hyphcaps|hyphhotz|hyphconsec|linestart|pgnstart|formshade|fet|aend(?:notes|doc)|end(?:notes|doc)|aftn(?:bj|tj|start|restart|rstcont|cn|nalc)|ftn(?:bj|tj|start|restart|rstcont|rstpg|lytwwnine|cn)|a?ftnn(?:${NUMBERS})|ltrdoc|rtldoc|ogutter|twoonone|nocolbal|notabind|noextrasprl|transmf|wraptrsp|prcolbl|otblrul|sprsspbf|sprstsp|sprslnsp|sprsbsp|sprstsm|truncex|subfontbysize|swpbdr|cvmme|brkfrm|nolead|dntblnsbdb|expshrtn|lytexcttp|lytprtmet|msmcap|noultrlspc|nospaceforul|noxlattoyen|oldas|oldlinewrap|bdbfhdr|bdrrlswsix|alntblind|lnbrkrule|lytcalctblwd|lyttblrtgr|useltbaln|ApplyBrkRules|snaptogridincell|wrppunct|asianbrkrule|nobrkwrptbl|newtblstyruls|lnongrid|nogrowautofit|usenormstyforlist|noindnmbrts|felnbrelev|nocxsptable|indrlsweleven|noafcnsttbl|afelev|utinl|hwelev|spltpgpar|notcvasp|notbrkcnstfrctbl|notvatxbx|krnprsnet|cachedcolbal|jexpand|jcompress|nojkernpunct|splytwnine|htmautsp|toplinepunct|truncatefontheight|wpsp|wpjst|gcw|dg(?:hspace|vspace|horigin|vorigin|hshow|vshow|snap|margin)|viewbksp|horzdoc|vertdoc|ilfomacatclnup|ftnalt|aftnalt`,
  ],
  [
    'tables',
    'trowd|trgaph|trleft|trrh|trhdr|trkeep|trkeepfollow|trq[lrc]|trautofit|tr(?:ftsWidth[AB]?|wWidth[AB]?)|trpadd?f?[tblr]|trpaddf?[tblr]|trspdf?[tblr]|trspd[tblr]|trcbpat|trcfpat|trpat|trshdng|tblind|tblindtype|tbllk(?:border|shading|font|color|bestfit|hdrrows|lastrow|hdrcols|lastcol|norowband|nocolband)|taprtl|ltrrow|rtlrow|lastrow|irow|irowband|tphcol|tphmrg|tphpg|tpv(?:mrg|para|pg)|tpos(?:neg)?[xy](?:c|i|l|o|r|b|il|in|out|t)?|tdfrmtxt(?:Bottom|Left|Right|Top)|tabsnoovrlp|cellx|clmgf|clmrg|clvmgf|clvmrg|clvertal[tcb]|cltxlrtb|cltxtbrl|cltxbtlr|cltxlrtbv|cltxtbrlv|clFitText|clNoWrap|cl(?:ftsWidth|wWidth)|clpadf?[tblr]|clspf?[tblr]|clhidemark|cl(?:cbpat|cfpat)|clpat|ts(?:v)?(?:first|last|band|n|s|e|w)?(?:row|col)|tscellpaddf?[tblr]|tscellwidth(?:fts)?|tsbgh|tsvertal[tcb]|tsnowrap|tscbandhorzeven|tscbandhorzodd|tscbandsh|tscbandsv|tscband(?:vert|horz)(?:even|odd)|tscfirst(?:row|col)|tsclast(?:row|col)|tsc(?:ne|nw|se|sw)cell',
  ],
  [
    'positions',
    'absw|absh|abslock|absnoovrlp|phmrg|phpg|phcol|pvmrg|pvpg|pvpara|pos(?:neg)?[xy]|posx[cilor]|posy(?:c|b|t|l|il|in|out)|posxr|dxfrtext|dfrmtxt[xy]|dropcapli|dropcapt|nowrap|overlay|wrap(?:default|around|tight|through)|frm(?:txlrtb|txtbrl|txbtlr|txlrtbv|txtbrlv)',
  ],
  ['styles', 'additive|sbasedon|snext|slink|sqformat|spriority|sunhideused|ssemihidden|slocked'],
  [
    'lists',
    `ls|ilvl|listsimple|listhybrid|listrestarthdn|list(?:id|overridecount|overridestartat|overrideformat)|levelnfc|levelnfcn|leveljc|leveljcn|levelfollow|levelstartat|levelindent|levelspace|levellegal|levelnorestart|levelold|levelprev|levelprevspace|levelpicture|levelpicturenosize|lfolevel|liststyleid|pnlvl(?:blt|body|cont)?|pnlvl|pn(?:card|dec|ucltr|ucrm|lcltr|lcrm|ord|ordt|bidi[ab]|aiu|aiud|aiueo|aiueod|chosung|cnum|dbnum[dtkl]?|dbnum|ganada|gb(?:num[dlk]?|lip)|gbnum|iroha|irohad|uldash|uldashd|uldashdd|ulhair|ulth|ulwave|zodiac[dl]?|zodiac)|pn(?:b|i|caps|scaps|ul|uld|uldb|ulnone|ulw|strike|cf|f|fs|indent|sp|prev|start|hang|qc|ql|qr|restart|acrossnumrows|numonce|across)`,
  ],
  ['pictures', PICTURES],
  [
    'drawings',
    'shpleft|shptop|shpright|shpbottom|shpz|shpbx(?:page|margin|column|ignore)|shpby(?:page|margin|para|ignore)|shpwr|shpwrk|shpfblwtxt|shpfhdr|shplockanchor',
  ],
  ['fields', 'fldlock'],
  [
    'old drawings',
    'dob[xy](?:page|margin|column|para)|dodhgt|dolock|dp(?:group|endgroup|count|line|rect|ellipse|arc|polyline|polygon|polycount|ptx|pty|x|y|xsize|ysize|txbx|txbxmar|txlrtb|txtbrl|txbtlr|txlrtbv|txtbrlv|linesolid|linehollow|linedash|linedot|linedado|linedadodo|linegray|linepal|linew|lineco[rgb]|fillpat|fill[bf]g(?:c[rgb]|gray|pal)|roundr|shadow|shadx|shady|a(?:start|end)(?:hol|sol|w|l)|arcflip[xy])',
  ],
];

const PICTURE_WORD = new RegExp(`^(?:${PICTURES})$`);
const KEPT = FAMILIES.map(([, words]) => new RegExp(`^(?:${words})$`));

/** Whether the word says how a picture is drawn. */
export function isOfPicture(word: string): boolean {
  return PICTURE_WORD.test(word);
}

/** Whether the word only says how something looks. */
export function isFormatting(word: string): boolean {
  return KEPT.some((family) => family.test(word));
}

const REVISIONS =
  /^(?:revised|revauth|revdttm|revauthdel|revdttmdel|crauth|crdate|mvauth|mvdate|mvt|revprop|revprot|revisions|revbar|trackmoves|trackformatting)$/;
const IDENTIFIERS = /^(?:[a-z]{0,7}rsid|rsidroot|bliptag|listtemplateid|leveltemplateid|shplid)$/;

/** What dropping the word is called, where that has a name of its own. */
export function dropOf(word: string): string | undefined {
  if (REVISIONS.test(word)) return 'rtf.revision.insertion';
  if (IDENTIFIERS.test(word)) return 'rtf.rsid';
  return word === 'chatn' ? 'rtf.comment' : undefined;
}

/** Words of views, of programs and of what is asked before saving: they are dropped, and say nothing. */
export const SAYS_NOTHING: ReadonlySet<string> = new Set(
  (
    'viewkind viewscale viewzk ftnlytwnine hres chhres allowfieldendsel validatexml showxmlerrors showplaceholdtext saveinvalidxml ' +
    'relyonvml noqfpromote nolnhtadjtbl ignoremixedcontent grfdocevents donotembedsysfont donotembedlingdata nouicompat ' +
    'nofeaturethrottle lvltentative objattph tblrsid shplid themelang themelangfe themelangcs outdisponlyhtml fromhtml fromtext ' +
    'spersonal sreply scompose sautoupd shidden objh objw objemb fldedit flddirty fldpriv hyphen lytwnine'
  ).split(' '),
);
