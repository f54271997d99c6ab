// WordprocessingML (ISO/IEC 29500-1 17): the elements and attributes that a published document may have. They are the
// schema's own, without the ones that say who, when and where, which are rows of wordprocessing.ts. What stands in
// neither is dropped, so that a newer version's new idea does not pass unseen.

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Elements of the main namespace that stay. */
export const KEPT_ELEMENTS = words(`
  abstractNum abstractNumId adjustLineHeightInTable adjustRightInd alignBordersAndEdges alignTablesRowByRow allowPNG
  allowSpaceOfSameStyleInTable altName alwaysMergeEmptyNamespace alwaysShowPlaceholderText applyBreakingRules
  autoFormatOverride autoHyphenation autoRedefine autoSpaceDE autoSpaceDN autoSpaceLikeWord95
  autofitToFirstFixedWidthCell b bCs background balanceSingleByteDoubleByteWidth bar basedOn bdo bdr between
  bibliography bidi bidiVisual blockQuote body bodyDiv bookFoldPrinting bookFoldPrintingSheets bookFoldRevPrinting
  bookmarkEnd bookmarkStart bordersDoNotSurroundFooter bordersDoNotSurroundHeader bottom br cachedColBalance
  calcOnExit calendar cantSplit caps characterSpacingControl charset checkBox checked citation clickAndTypeStyle
  clrSchemeMapping cnfStyle col color cols column comboBox compat compatSetting consecutiveHyphenLimit
  contextualSpacing continuationSeparator cr cs date dateFormat dayLong dayShort ddList decimalSymbol default
  defaultTabStop defaultTableStyle dir displayBackgroundShape displayHangulFixedWidth
  displayHorizontalDrawingGridEvery displayVerticalDrawingGridEvery div divBdr divId divs divsChild
  doNotAutoCompressPictures doNotAutofitConstrainedTables doNotBreakConstrainedForcedTable doNotBreakWrappedTables
  doNotDemarcateInvalidXml doNotDisplayPageBoundaries doNotEmbedSmartTags doNotExpandShiftReturn doNotHyphenateCaps
  doNotIncludeSubdocsInStats doNotLeaveBackslashAlone doNotOrganizeInFolder doNotRelyOnCSS doNotSaveAsSingleFile
  doNotShadeFormData doNotSnapToGridInCell doNotSuppressIndentation doNotSuppressParagraphBorders
  doNotTrackFormatting doNotTrackMoves doNotUseEastAsianBreakRules doNotUseHTMLParagraphAutoSpacing
  doNotUseIndentAsNumberingTabStop doNotUseLongFileNames doNotUseMarginsForDrawingGridOrigin
  doNotValidateAgainstSchema doNotVertAlignCellWithSp doNotVertAlignInTxbx doNotWrapTextWithPunct docDefaults
  docGrid docPartGallery docPartObj document documentProtection drawing drawingGridHorizontalOrigin
  drawingGridHorizontalSpacing drawingGridVerticalOrigin drawingGridVerticalSpacing dropDownList dstrike
  eastAsianLayout effect em embedBold embedBoldItalic embedItalic embedRegular embedSystemFonts embedTrueTypeFonts
  emboss enabled end endnote endnotePr endnoteRef endnoteReference endnotes equation evenAndOddHeaders family ffData
  fitText flatBorders fldChar fldSimple font fonts footerReference footnote footnoteLayoutLikeWW8 footnotePr
  footnoteRef footnoteReference footnotes forceUpgrade forgetLastTabAlignment formProt format formsDesign framePr
  ftr gallery gridAfter gridBefore gridCol gridSpan group growAutofit gutterAtTop hMerge hdr header headerReference
  headers helpText hideGrammaticalErrors hideMark hideSpellingErrors highlight hps hpsBaseText hpsRaise hyperlink
  hyphenationZone i iCs ignoreMixedContent ilvl imprint ind insideH insideV instrText isLgl jc keepLines keepNext
  kern kinsoku label lang lastRenderedPageBreak latentStyles layoutRawTableWidth layoutTableRowsApart left legacy
  lid lineWrapLikeWord6 link listEntry listItem listSeparator lnNumType lock locked lsdException lvl lvlJc
  lvlOverride lvlPicBulletId lvlRestart lvlText marBottom marLeft marRight marTop maxLength mirrorIndents
  mirrorMargins monthLong monthShort multiLevelType mwSmallCaps name next noBorder noBreakHyphen noColumnBalance
  noEndnote noExtraLineSpacing noLeading noLineBreaksAfter noLineBreaksBefore noProof noPunctuationKerning
  noSpaceRaiseLower noTabHangInd noWrap notTrueType num numFmt numId numIdMacAtCleanup numPicBullet numPr numRestart
  numStart numStyleLink numbering oMath object optimizeForBrowser outline outlineLvl overflowPunct p pBdr pPr
  pPrDefault pStyle pageBreakBefore panose1 paperSrc personal personalCompose personalReply pgBorders pgMar pgNum
  pgNumType pgSz pict picture pitch pixelsPerInch pos position printBodyTextBeforeHeader printColBlack
  printFormsData printFractionalCharacterWidth printPostScriptOverText printTwoOnOne proofErr ptab qFormat r rFonts
  rPr rPrDefault rStyle relyOnVML result richText right rt rtl rtlGutter ruby rubyAlign rubyBase rubyPr
  saveFormsData saveInvalidXml savePreviewPicture saveSmartTagsAsXml saveSubsetFonts saveXmlDataOnly sdt sdtContent
  sdtEndPr sdtPr sectPr selectFldWithFirstOrLastChar semiHidden separator settings shadow shapeLayoutLikeWW8 shd
  showBreaksInFrames showEnvelope showXMLTags showingPlcHdr sig size sizeAuto smallCaps snapToGrid softHyphen
  spaceForUL spacing spacingInWholePoints specVanish splitPgBreakAndParaMark start startOverride statusText
  strictFirstAndLastChars strike style styleLink styleLockQFSet styleLockTheme stylePaneFormatFilter
  stylePaneSortMethod styles subFontBySize suff summaryLength suppressAutoHyphens suppressBottomSpacing
  suppressLineNumbers suppressOverlap suppressSpBfAfterPgBrk suppressSpacingAtTopOfPage suppressTopSpacing
  suppressTopSpacingWP swapBordersFacingPages sym sz szCs t tab tabIndex tabs targetScreenSz tbl tblBorders
  tblCaption tblCellMar tblCellSpacing tblDescription tblGrid tblHeader tblInd tblLayout tblLook tblOverlap tblPr
  tblPrEx tblStyle tblStyleColBandSize tblStylePr tblStyleRowBandSize tblW tblpPr tc tcBorders tcFitText tcMar tcPr
  tcW temporary text textAlignment textDirection textInput textboxTightWrap themeFontLang title titlePg tl2br top
  topLinePunct tr tr2bl trHeight trPr truncateFontHeightsLikeWP6 txbxContent type types u uiPriority ulTrailSpace
  underlineTabInNumList unhideWhenUsed useAltKinsokuLineBreakRules useAnsiKerningPairs useFELayout
  useNormalStyleForList usePrinterMetrics useSingleBorderforContiguousCells useWord2002TableStyleRules
  useWord97LineBreakRules vAlign vMerge vanish vertAlign view w wAfter wBefore webHidden webSettings widowControl
  wordWrap wpJustification wpSpaceWidth wrapTrailSpaces yearLong yearShort zoom
`);

/** Attributes of the main namespace that stay. */
export const KEPT_ATTRIBUTES = words(`
  abstractNumId accent1 accent2 accent3 accent4 accent5 accent6 actualPg after afterAutospacing afterLines alignment
  all allStyles alternateStyleNames anchor anchorLock ascii asciiTheme before beforeAutospacing beforeLines bg1 bg2
  bidi bottom bottomFromText caption chapNum chapSep chapStyle char charSpace characterSet clear clearFormatting
  code colFirst colLast color combine combineBrackets conformance count countBy cs csb0 csb1 cstheme
  customMarkFollows customStyle customStyles decorated defLockedState defQFormat defSemiHidden defUIPriority
  defUnhideWhenUsed default directFormattingOnNumbering directFormattingOnParagraphs directFormattingOnRuns
  directFormattingOnTables display displayText distance drawAspect dropCap dxaOrig dyaOrig eastAsia eastAsiaTheme
  edit end endChars enforcement equalWidth evenHBand evenVBand fill first firstColumn firstLine firstLineChars
  firstRow firstRowFirstColumn firstRowLastColumn fldCharType fldLock fmt followedHyperlink font fontKey fontSz
  footer format formatting frame fullDate grammar gutter h hAnchor hAnsi hAnsiTheme hRule hSpace hanging
  hangingChars header heading headingStyles hint history horzAnchor hyperlink id ilvl instr lang lastColumn lastRow
  lastRowFirstColumn lastRowLastColumn latentStyles leader left leftChars leftFromText legacy legacyIndent
  legacySpace line linePitch lineRule lines locked multiLine name noHBand noLabel noVBand noWrap null num numFmt
  numId numPicBulletId numberingStyles oddHBand oddVBand offsetFrom orient other percent pos qFormat relativeTo
  restart right rightChars rightFromText semiHidden sep shadow shapeid space spelling start startChars styleId
  stylesInUse subsetted sz t1 t2 tableStyles target tblpX tblpXSpec tblpY tblpYSpec tentative tgtFrame themeColor
  themeFill themeFillShade themeFillTint themeShade themeTint tooltip top top3HeadingStyles topFromText type
  uiPriority unhideWhenUsed uri usb0 usb1 usb2 usb3 vAnchor vMerge vMergeOrig vSpace val value vert vertAnchor
  vertCompress visibleStyles w wrap x xAlign y yAlign zOrder
`);

/** Attributes that Word 2013 ([MS-DOCX] 2.4) gave to elements of the main namespace, and that stay: how lists count. */
export const KEPT_LATER_ATTRIBUTES = words('restartNumberingAfterBreak');

/** Children of w:settings that stay, of any known namespace. */
export const KEPT_SETTINGS = words(`
  zoom view embedTrueTypeFonts embedSystemFonts saveSubsetFonts mirrorMargins alignBordersAndEdges
  bordersDoNotSurroundHeader bordersDoNotSurroundFooter gutterAtTop hideSpellingErrors hideGrammaticalErrors
  formsDesign displayBackgroundShape doNotDisplayPageBoundaries printPostScriptOverText
  printFractionalCharacterWidth printFormsData documentProtection autoFormatOverride styleLockTheme styleLockQFSet
  stylePaneFormatFilter stylePaneSortMethod defaultTabStop autoHyphenation consecutiveHyphenLimit hyphenationZone
  doNotHyphenateCaps showEnvelope summaryLength clickAndTypeStyle defaultTableStyle evenAndOddHeaders
  bookFoldRevPrinting bookFoldPrinting bookFoldPrintingSheets drawingGridHorizontalSpacing
  drawingGridVerticalSpacing displayHorizontalDrawingGridEvery displayVerticalDrawingGridEvery
  doNotUseMarginsForDrawingGridOrigin drawingGridHorizontalOrigin drawingGridVerticalOrigin doNotShadeFormData
  noPunctuationKerning characterSpacingControl printTwoOnOne strictFirstAndLastChars noLineBreaksAfter
  noLineBreaksBefore savePreviewPicture doNotValidateAgainstSchema saveInvalidXml ignoreMixedContent
  alwaysShowPlaceholderText doNotDemarcateInvalidXml saveXmlDataOnly showXMLTags alwaysMergeEmptyNamespace
  footnotePr endnotePr compat mathPr themeFontLang clrSchemeMapping doNotIncludeSubdocsInStats
  doNotAutoCompressPictures forceUpgrade doNotEmbedSmartTags decimalSymbol listSeparator doNotTrackMoves
  doNotTrackFormatting saveFormsData defaultImageDpi discardImageEditingData chartTrackingRefBased
`);

/** Children of w:webSettings that stay; the rest is about frames and saving as a web page. */
export const KEPT_WEB_SETTINGS = words(
  'divs optimizeForBrowser relyOnVML allowPNG doNotRelyOnCSS doNotUseLongFileNames pixelsPerInch',
);

/** Children of w:sdtPr that stay: what kind of control it is and how it looks. */
export const KEPT_CONTROL_PROPERTIES = words(`
  rPr lock temporary showingPlcHdr text richText picture date comboBox dropDownList docPartObj equation group
  bibliography citation label tabIndex checkbox color appearance repeatingSection repeatingSectionItem
`);

/** Attributes of w:documentProtection that stay: what is protected, not with which password. */
export const KEPT_PROTECTION = words('edit formatting enforcement');
