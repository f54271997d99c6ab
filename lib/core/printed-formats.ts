// The formats that nothing of ours draws: LibreOffice prints them, for people to look at.

export const PRINTABLE = ['docx', 'xlsx', 'pptx', 'odf', 'rtf', 'ole', 'emf', 'wmf', 'bmp'] as const;
export type Printable = (typeof PRINTABLE)[number];

export function isPrintable(format: string | null): format is Printable {
  return PRINTABLE.some((one) => one === format);
}
