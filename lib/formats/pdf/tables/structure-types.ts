// Names of structure elements and of marked content (ISO 32000-2 14.8.4, 14.6, annex L) that say what a thing is and not
// who made it: those of the standards, and those that common programs write into every document of theirs. All others are
// styles that somebody named.

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** ISO 32000-1 and ISO 32000-2, both namespaces. */
const STANDARD = words(
  `Document DocumentFragment Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private Aside Title Sub P H
   H1 H2 H3 H4 H5 H6 H7 H8 H9 L LI Lbl LBody Table TR TH TD THead TBody TFoot Span Quote Note FENote Reference BibEntry
   Code Link Annot Ruby RB RT RP Warichu WT WP Em Strong Figure Formula Form Artifact`,
);

/** Presentation and content elements of MathML 3, which PDF 2.0 takes over. */
const MATHEMATICAL = words(
  `math mi mn mo mtext mspace ms mglyph mrow mfrac msqrt mroot mstyle merror mpadded mphantom mfenced menclose msub msup
   msubsup munder mover munderover mmultiscripts mprescripts none mtable mtr mtd mlabeledtr maligngroup malignmark mstack
   mlongdiv msgroup msrow mscarries mscarry msline maction semantics annotation annotation-xml`,
);

/** Of Word, Excel and PowerPoint, LibreOffice, InDesign, Acrobat, FrameMaker, Google Docs and LaTeX. */
const OF_PROGRAMS = words(
  `Annotation Article Body Bookmark Chart Chartsheet Content Diagram Dialogsheet Draw DropCap Endnote Field
   FollowedHyperlink Footer Footnote Frame Header Heading Hyperlink InlineShape List Macrosheet Normal
   NormalParagraphStyle Outline Page Paragraph ParagraphSpan Shape Slide Standard Story Strikeout StyleSpan Subform
   Subscript Superscript Subtitle TOA TOAI TOF TOFI TextBox Textbody Textbox Underline Workbook Worksheet
   _No_paragraph_style_ text-unit text section paragraph itemize enumerate description footnote theorem`,
);

/** Marks that are no elements: artifacts, layers, fields, what programs put around placed pictures. */
const MARKS = words('OC Tx MC ReversedChars Clip Layer PlacedPDF PlacedGraphic PlacedImage EmbeddedDocument Suspect');

// What we call elements whose own name goes, so that a cleaned document is left as it is.
const OURS = /^Type\d{1,6}$/;

/** Whether an element type may keep its name. */
export function isKnownType(type: string): boolean {
  return STANDARD.has(type) || MATHEMATICAL.has(type) || OF_PROGRAMS.has(type) || OURS.test(type);
}

/** Whether marked content may keep its tag. */
export function isKnownTag(tag: string): boolean {
  return MARKS.has(tag) || isKnownType(tag);
}

/** Namespaces (14.7.4) that are public. */
export const PUBLIC_NAMESPACES: ReadonlySet<string> = new Set([
  'http://iso.org/pdf/ssn',
  'http://iso.org/pdf2/ssn',
  'http://www.w3.org/1998/Math/MathML',
  'http://www.w3.org/1999/xhtml',
  'https://www.latex-project.org/ns/dflt',
  'https://www.latex-project.org/ns/dflt/2022',
  'https://www.latex-project.org/ns/book',
  'https://www.latex-project.org/ns/book/2022',
]);
