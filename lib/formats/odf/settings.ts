// settings.xml (ODF 1.3 part 3, 3.10) is not edited but written anew, with the switches that programs lay text out by. The
// format leaves their names to programs; these are LibreOffice's and OpenOffice's own.

import { elementsOf, parseXml, textOf } from '../shared/xml.ts';
import type { Job } from './job.ts';
import { attributeNamed, nameOf } from './vocabulary.ts';

const SWITCHES: ReadonlySet<string> = new Set(
  `AddExternalLeading AddFrameOffsets AddParaLineSpacingToTableCells AddParaSpacingToTableCells AddParaTableSpacing
  AddParaTableSpacingAtStart AddVerticalFrameOffsets AlignTabStopPosition ApplyParagraphMarkFormatToNumbering
  AutoFirstLineIndentDisregardLineSpace ClipAsCharacterAnchoredWriterFlyFrames ClippedPictures CollapseEmptyCellPara
  ConsiderTextWrapOnObjPos ContinuousEndnotes DoNotCaptureDrawObjsOnPage DoNotJustifyLinesWithManualBreak
  DoNotResetParaAttrsForNumFont DropCapPunctuation EmptyDbFieldHidesPara FloattableNomargins FootnoteInColumnToPageEnd
  FrameAutowidthWithMorePara GutterAtTop HeaderSpacingBelowLastPara HyphenateURLs IgnoreFirstLineIndentInNumbering
  IgnoreTabsAndBlanksForLineCalculation InvertBorderSpacing IsKernAsianPunctuation JustifyLinesWithShrinking
  MathBaselineAlignment MsWordCompMinLineHeightByFly MsWordCompTrailingBlanks NoGapAfterNoteNumber NoNumberingShowFollowBy
  OutlineLevelYieldsNumbering ParagraphSummation PrintEmptyPages PropLineSpacingShrinksFirstLine ShowZeroValues
  SmallCapsPercentage66 StylesNoDefault SubtractFlysAnchoredAtFlys SurroundTextWrapSmall TabAtLeftIndentForParagraphsInList
  TabOverMargin TabOverSpacing TabOverflow TableRowKeep TabsRelativeToIndent TreatSingleColumnBreakAsPageBreak
  UnbreakableNumberings UnxForceZeroExtLeading UseFormerLineSpacing UseFormerObjectPositioning UseFormerTextWrapping
  UseOldNumbering UseOldPrinterMetrics WordLikeWrapForAsCharFlys WrapAsCharFlysLikeInOOXML`.split(/\s+/),
);
const OTHERS: ReadonlyMap<string, { readonly type: string; readonly values: RegExp }> = new Map([
  ['PrinterIndependentLayout', { type: 'string', values: /^(?:disabled|low-resolution|high-resolution)$/ }],
  ['CharacterCompressionType', { type: 'short', values: /^[0-2]$/ }],
  ['DefaultTabStop', { type: 'int', values: /^\d{1,6}$/ }],
]);
const BOOLEAN = { type: 'boolean', values: /^(?:true|false)$/ };

// The name of the set has a prefix, which is looked up as that of an element is.
const HEAD =
  '<?xml version="1.0" encoding="UTF-8"?>\n<office:document-settings xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:config="urn:oasis:names:tc:opendocument:xmlns:config:1.0" xmlns:ooo="http://openoffice.org/2004/office"';

/** The new settings.xml; undefined where there is nothing to say. */
export function rebuildSettings(untrusted: Uint8Array, job: Job, version: string): Buffer | undefined {
  const { root } = parseXml(untrusted, job.what, job.context.limits);
  const kept = new Map<string, string>();
  const dropped: string[] = [];
  for (const element of elementsOf(root)) {
    const value = textOf(element).trim();
    const name = attributeNamed(element, 'config:name') ?? '';
    if (element.children.length > 0) continue;
    const rule = SWITCHES.has(name) ? BOOLEAN : OTHERS.get(name);
    // Those of a view say how somebody looked at it.
    const isOfDocument = element.parent && attributeNamed(element.parent, 'config:name') === CONFIGURATION;
    if (nameOf(element) === 'config:config-item' && isOfDocument && rule?.values.test(value) && !kept.has(name))
      kept.set(
        name,
        `<config:config-item config:name="${name}" config:type="${rule.type}">${value}</config:config-item>`,
      );
    else dropped.push(value);
  }
  // Not a choice: the member is always written anew.
  if (dropped.length > 0) job.drop('settings', job.what, dropped.filter(isTelling));
  if (kept.size === 0) return undefined;
  const items = [...kept].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
  return Buffer.from(
    `${HEAD} office:version="${version}"><office:settings><config:config-item-set config:name="${CONFIGURATION}">${items.join('')}</config:config-item-set></office:settings></office:document-settings>`,
  );
}

const CONFIGURATION = 'ooo:configuration-settings';

/** Not a truth, a number, a language or a view. */
function isTelling(value: string): boolean {
  return value.length >= 6 && !/^(?:[-\d.]+|true|false|view\d+)$/.test(value);
}
