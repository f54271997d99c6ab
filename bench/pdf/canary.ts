// The canary: a mark in every place where a PDF can hide something. One small document for each class of carriers, so
// that a refusal hides none of the others, and one whole document with all classes that need not hold it back.

import { finish, startDraft } from './base.ts';
import { type CarrierClass, markerOf } from './carrier-class.ts';
import { actionClasses, furtherActions } from './classes/actions.ts';
import { annotationClasses, furtherAnnotations } from './classes/annotations.ts';
import { contentClasses, furtherContent } from './classes/content.ts';
import { fileClasses, formClasses, furtherFilesAndForms } from './classes/files-and-forms.ts';
import { furtherHistory, historyClasses } from './classes/history.ts';
import { furtherMetadata, metadataClasses } from './classes/metadata.ts';
import { furtherStructureAndPictures, pictureClasses, structureClasses } from './classes/structure-and-pictures.ts';

/** The classes on which sanitizers are compared; their number is the target's denominator. */
export const COMPARED: readonly CarrierClass[] = [
  ...metadataClasses,
  ...annotationClasses,
  ...actionClasses,
  ...fileClasses,
  ...formClasses,
  ...historyClasses,
  ...contentClasses,
  ...structureClasses,
  ...pictureClasses,
];

/** Further places, found in the standard and in real files. */
export const FURTHER: readonly CarrierClass[] = [
  ...furtherMetadata,
  ...furtherAnnotations,
  ...furtherActions,
  ...furtherFilesAndForms,
  ...furtherHistory,
  ...furtherContent,
  ...furtherStructureAndPictures,
];

export const CLASSES: readonly CarrierClass[] = [...COMPARED, ...FURTHER];

export type Canary = { readonly bytes: Buffer; readonly marks: ReadonlyMap<CarrierClass, readonly string[]> };

/** A document with nothing but this class planted in it. */
export function single(carrierClass: CarrierClass): Canary {
  return planted([carrierClass]);
}

/** Everything that is removed without holding the document back. */
export function whole(): Canary {
  return planted(CLASSES.filter(({ holds, alone }) => !holds && !alone));
}

/** The document itself, in which nothing is hidden. */
export function plain(): Buffer {
  return finish(startDraft());
}

function planted(classes: readonly CarrierClass[]): Canary {
  const draft = startDraft();
  const marks = new Map<CarrierClass, readonly string[]>();
  for (const carrierClass of classes) {
    const { next, given } = markerOf(CLASSES.indexOf(carrierClass) + 1);
    carrierClass.plant(draft, next);
    marks.set(carrierClass, given);
  }
  return { bytes: finish(draft), marks };
}
