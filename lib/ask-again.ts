/**
 * As fetch, for what may be asked twice. A sandbox that was frozen holds connections that are none any more, and Node sees
 * that only when it writes: what fails before an answer is asked once more. Rejects as fetch does.
 */
export async function askAgain(url: string, asked: RequestInit & { readonly signal: AbortSignal }): Promise<Response> {
  const init = { redirect: 'error', ...asked } as const;
  try {
    return await fetch(url, init);
  } catch (error) {
    if (!(error instanceof TypeError) || asked.signal.aborted) throw error;
    return fetch(url, init);
  }
}
