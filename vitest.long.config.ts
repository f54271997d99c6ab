import { defineConfig } from 'vitest/config';
import usual, { LONG } from './vitest.config.ts';

/** What takes minutes: every interleaving of the model, and runs on RADOS Gateway with workers that are killed. */
export default defineConfig({ test: { ...usual.test, include: LONG, exclude: [] } });
