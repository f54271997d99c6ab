import { z } from 'zod';
import { Config } from '../../lib/infra/config.ts';

type Schema = z.core.JSONSchema.JSONSchema;

/** Every setting with its default and its reason, as the table of docs/configuration.md. */
export function settingsTable(): string {
  const rows = walk(z.toJSONSchema(Config, { io: 'input' }), '');
  return ['| setting | default | what, and why |', '| --- | --- | --- |', ...rows].join('\n');
}

function walk(schema: Schema, path: string): string[] {
  // The six buckets have the same settings.
  const isBuckets = path.endsWith('.buckets.');
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    if (typeof property === 'boolean' || (isBuckets && name !== 'staging')) return [];
    const own = `${path}${isBuckets ? 'NAME' : name}`;
    // A policy has a schema and a document of its own.
    const items = name === 'policy' ? undefined : itemsOf(property);
    const inner = name === 'policy' ? {} : property;
    const below = items ? walk(items, `${own}[].`) : walk(inner, `${own}.`);
    // What is said of a group without a default of its own is said by its settings.
    const isGroup = below.length > 0 && property.description === undefined;
    return isGroup ? below : [`| \`${own}\` | ${defaultOf(property)} | ${property.description ?? ''} |`, ...below];
  });
}

function itemsOf({ items }: Schema): Schema | undefined {
  return typeof items === 'object' && !Array.isArray(items) && items.properties ? items : undefined;
}

function defaultOf(schema: Schema): string {
  if (schema.default === undefined) return '';
  return typeof schema.default === 'object' && JSON.stringify(schema.default).length > 20
    ? 'one'
    : `\`${JSON.stringify(schema.default).replaceAll('"', '')}\``;
}
