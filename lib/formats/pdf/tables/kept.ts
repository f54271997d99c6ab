import type { Tables } from '../shape.ts';
import { documentTables, navigation } from './document.ts';
import { fonts } from './fonts.ts';
import { graphics } from './graphics.ts';
import { structure } from './structure.ts';

/** Every key of every dictionary that may stand in a published PDF. What is not here is not copied. */
export const KEPT: Tables = { ...documentTables, ...navigation, ...graphics, ...fonts, ...structure };
