// Properties of shapes (Rich Text Format 1.9.1, "Drawing Objects", sn and sv): names of [MS-ODRAW] with numbers as values.
// Names, descriptions, links and whatever else has a text are dropped.

// By what they say: place, size, turning, lines, fills, shadows, text boxes, geometry, pictures.
const FAMILIES: readonly string[] = [
  'shapeType|fFlip[HV]|rotation|fRelFlip[HV]|relRotation|fLayoutInCell|fAllowOverlap|fBehindDocument|dhgt|posh|posv|posrel[hv]|pctHoriz|pctVert|sizerel[hv]|pctHorizPos|pctVertPos|dx(?:Wrap|Text)Dist(?:Left|Right)|dyWrapDist(?:Top|Bottom)|rel(?:Left|Top|Right|Bottom)|group(?:Left|Top|Right|Bottom)|fLockRotation|fLockAspectRatio|fLockAgainst(?:Select|Grouping)|fLock(?:Position|Cropping|Vertices|Text|AdjustHandles)|fEditedWrap|fPrint|fLineUseShapeAnchor',
  'line(?:Type|Color|BackColor|CrMod|Opacity|Width|MiterLimit|Style|Dashing|StartArrowhead|EndArrowhead|StartArrowWidth|StartArrowLength|EndArrowWidth|EndArrowLength|JoinStyle|EndCapStyle|Fill(?:Width|Height|DztType|Shape))|fLine|fArrowheadsOK|fInsetPen(?:OK)?|fLineOK|fHitTestLine|lineFillShape|fNoLineDrawDash',
  'fill(?:Type|Color|Opacity|BackColor|BackOpacity|CrMod|Width|Height|Angle|Focus|ToLeft|ToTop|ToRight|ToBottom|RectLeft|RectTop|RectRight|RectBottom|DztType|ShadePreset|ShadeType|OriginX|OriginY|ShapeOriginX|ShapeOriginY|Shape|UseRect)|fFilled|fHitTestFill|fFillOK|fFillShadeShapeOK|fNoFillHitTest|fRecolorFillAsPicture|fUseShapeAnchor|fBackground',
  'shadow(?:Type|Color|Highlight|CrMod|Opacity|OffsetX|OffsetY|SecondOffsetX|SecondOffsetY|Scale[XY]To[XY]|Perspective[XY]|Weight|OriginX|OriginY)|fShadow(?:Obscured|OK)?|fGtextOK|f3DOK|fc?3D|fPseudoInline|fInitiator|fStandardHR|fHorizRule|alignHR|pctHR|dxHeightHR|dxWidthHR|fNoshadeHR',
  'dxText(?:Left|Right)|dyText(?:Top|Bottom)|WrapText|anchorText|txflTextFlow|cdirFont|fFitShapeToText|fFitTextToShape|fRotateText|fSelectText|fAutoTextMargin|lTxid|hspNext|txdir|ccol|dzColMargin',
  'geo(?:Left|Top|Right|Bottom)|shapePath|adjust(?:Value|[2-9]Value|10Value)|pVertices|pSegmentInfo|pWrapPolygonVertices|cxk|cxstyle|pConnectionSites|pInscribe|xLimo|yLimo',
  'pictureContrast|pictureBrightness|pictureGamma|pictureGray|pictureBiLevel|pictureActive|pictureTransparent|cropFrom(?:Top|Bottom|Left|Right)',
];
const KEPT = new RegExp(`^(?:${FAMILIES.join('|')})$`);
const VALUE = /^[-+\d.;,() ]{0,100000}$/;
const FRACTION = 65536 / 500;

/** Whether a property is kept: a known name with nothing but numbers. */
export function isKeptProperty(name: string, value: string): boolean {
  return KEPT.test(name) && VALUE.test(value);
}

/** The property that holds a picture. */
export const PICTURE = /^(?:pib|fillBlip|lineFillBlip)$/;

/** Whether a part worth mentioning is cut off, in fractions of 65536. */
export function isCrop(name: string, value: string): boolean {
  return /^cropFrom/.test(name) && Number(value) > FRACTION;
}

/** Whether the shape is not shown. */
export function isHiding(name: string, value: string): boolean {
  return name === 'fHidden' && value.trim() !== '0';
}
