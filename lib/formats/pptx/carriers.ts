import type { Carrier } from '../../core/finding.ts';
import { carriersOf } from '../shared/ooxml/carriers.ts';

/** Every place in a presentation that is looked at. */
export const carriers: readonly Carrier[] = carriersOf('pptx', [
  ['slide.hidden', 'hidden-content', 'M', 'slide that is set to hidden'],
  ['slide.orphan', 'hidden-content', 'M', 'slide that a relationship leads to and that is in no list of slides'],
  ['shape.off-slide', 'hidden-content', 'M', 'text, picture, table or chart wholly beside the slide'],
  ['layout.hidden', 'hidden-content', 'L', 'a drawing that is set to hidden in a layout or master'],
  ['layout.off-slide', 'hidden-content', 'L', 'text or picture beside the slide in a layout or master'],
  ['layout.name', 'metadata', 'M', 'layout named after a person, path or address'],
  ['font', 'hidden-content', 'M', 'embedded font that is none, or is compressed in a way that is not read'],
  ['notes', 'hidden-content', 'H', 'speaker notes'],
  ['handout', 'hidden-content', 'M', 'masters of handouts and of notes pages, with headers and footers of their own'],
  ['tags', 'metadata', 'M', 'tags and data that add-ins write'],
  ['changes', 'metadata', 'H', 'log of changes with names and account ids of editors'],
  ['tasks', 'metadata', 'H', 'tasks with assignees'],
  ['server-link', 'metadata', 'M', 'where in a slide library on a server a slide came from'],
  ['section', 'metadata', 'M', 'names of sections'],
  ['custom-show', 'metadata', 'L', 'names of custom shows'],
  ['action', 'active-content', 'M', 'click that runs a program or macro, or opens a file or an object'],
  ['settings.protection', 'metadata', 'M', 'hash and salt of the writing password'],
  ['settings.publish', 'metadata', 'M', 'where the presentation was published as a web page'],
  ['settings.view', 'metadata', 'L', 'what the last editor had open, and how'],
  ['settings.other', 'metadata', 'L', 'settings that say nothing about how slides look'],
]);
