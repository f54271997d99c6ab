import yauzl from 'yauzl';

/** What a zip of XML says without its tags, part after part: a run's end is no space. */
export async function textOfPackage(body: Uint8Array): Promise<string> {
  const zip = await yauzl.fromBufferPromise(Buffer.from(body));
  const texts: string[] = [];
  for await (const entry of zip.eachEntry()) {
    if (!/\.(?:xml|rels)$/.test(entry.fileName)) continue;
    const chunks: Buffer[] = [];
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(Buffer.from(chunk));
    texts.push(
      Buffer.concat(chunks)
        .toString()
        .replaceAll(/<[^>]*>/g, '')
        .replaceAll('&amp;', '&'),
    );
  }
  return texts.join('\n');
}
