// PresentationML (ISO/IEC 29500-1 19, [MS-PPTX] 2.2): the elements and attributes that a published presentation may
// have. They are the schema's own, without the ones that say who, when and where, which are rows of structure.ts. What
// stands in neither is dropped, so that a newer version's new idea does not pass unseen.

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Elements of the main namespace that stay. */
export const KEPT_ELEMENTS = words(`
  anim animClr animEffect animMotion animRot animScale attrName attrNameLst bg bgPr bgRef bldAsOne bldDgm bldGraphic
  bldLst bldOleChart bldP bldSub blinds blipFill bodyStyle bold boldItalic boolVal browse by cBhvr cNvCxnSpPr
  cNvGraphicFramePr cNvGrpSpPr cNvPicPr cNvPr cNvSpPr cSld cTn charRg checker childTnLst circle clrMap clrMapOvr clrVal
  comb cond control controls cover custShow custShowLst cut cxnSp defaultTextStyle diamond dissolve embed embeddedFont
  embeddedFontLst endCondLst endSync excl fade fltVal font from graphicEl graphicFrame grpSp grpSpPr handoutMaster
  handoutMasterId handoutMasterIdLst hf hsl intVal italic iterate kinsoku kiosk newsflash nextCondLst notes notesMaster
  notesMasterId notesMasterIdLst notesStyle notesSz nvCxnSpPr nvGraphicFramePr nvGrpSpPr nvPicPr nvPr nvSpPr oleChartEl
  oleObj otherStyle pRg par penClr ph pic plus present presentation presentationPr prevCondLst progress pull push
  random randomBar regular rCtr rgb rtn seq set showPr sld sldAll sldId sldIdLst sldLayout sldLayoutId sldLayoutIdLst
  sldLst sldMaster sldMasterId sldMasterIdLst sldRg sldSz sldTgt sp spPr spTgt spTree split stCondLst strVal strips
  style subSp subTnLst tav tavLst tgtEl timing titleStyle tmAbs tmPct tmpl tmplLst tn tnLst to transition txBody txEl
  txStyles val wedge wheel wipe xfrm zoom
`);

/** Attributes of elements of the main namespace, without a prefix, that stay. */
export const KEPT_ATTRIBUTES = words(`
  accel accent1 accent2 accent3 accent4 accent5 accent6 accumulate additive advAuto advClick advTm afterEffect animBg
  attributeName autoAdjust autoCompressPictures autoRev autoUpdateAnimBg b bg1 bg2 bld bldLvl bookmarkIdSeed build
  builtIn bw bwMode by calcmode charset clrMode clrSpc cmd collapse compatMode concurrent conformance cx cy decel delay
  descr dir display dt dur embedTrueTypeFonts end evt evtFilter fill filter firstSlideNum flipH flipV fmla folHlink
  followColorScheme from ftr g grpId h hasCustomPrompt hdr hidden hlink id idx imgH imgW invalEndChars invalStChars l
  lang loop lvl masterRel name nextAc nodePh nodeType orient origin override panose path pathEditMode pitchFamily pos
  prLst preferRelativeResize presetClass presetID presetSubtype preserve prevAc prst ptsTypes r rAng rctx
  removePersonalInfoOnSave repeatCount repeatDur resizeGraphics restart rev rot rotWithShape rtl s saveSubsetFonts
  serverZoom shadeToTitle show showAnimation showAsIcon showMasterPhAnim showMasterSp showNarration showScrollbar
  showSpecialPlsOnTitleSld showWhenStopped sldNum spd spid spokes st strictFirstAndLastChars sz thruBlk title tm
  tmFilter to transition tx1 tx2 txBox type typeface uiExpand useBgFill useTimings userDrawn val valueType x xfrmType y
  zoomContents matchingName progId updateAutomatic
`);

/** Attributes that PowerPoint 2010 gave to elements of the main namespace, and that stay: how long things take. */
export const KEPT_LATER_ATTRIBUTES = words('dur bounceEnd presetBounceEnd bwMode');

/** Elements of later namespaces that stay, with their attributes: transitions between slides. */
export const KEPT_TRANSITIONS: Readonly<Record<string, ReadonlySet<string>>> = {
  p14: words(`conveyor doors ferris flash flip flythrough gallery glitter honeycomb pan prism reveal ripple shred switch
    vortex warp wheelReverse window`),
  p15: words('prstTrans'),
  p159: words('morph'),
};
export const KEPT_TRANSITION_ATTRIBUTES = words(`dir pattern hasBounce thruBlk isContent isInverted spokes prst invX
  invY option`);
