// SPDX-License-Identifier: Apache-2.0

/**
 * Every text that somebody who has a text could read in it: percent, `\u`, `\x` and number references decoded, base64
 * decoded, fullwidth forms folded, and without invisible characters, each on top of the others. Written for tests that search
 * for what must not be there, so it decodes whatever looks encoded.
 */
export function decodedForms(text: string): readonly string[] {
  const forms = new Set([text]);
  let last: readonly string[] = [text];
  for (let layer = 0; layer < 4; layer += 1) {
    const next: string[] = [];
    for (const form of last) {
      for (const decoded of [decodeEscapes(form), ...decodeBase64(form)]) {
        if (forms.has(decoded)) continue;
        forms.add(decoded);
        next.push(decoded);
      }
    }
    last = next;
  }
  return [...forms];
}

function decodeEscapes(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{Cc}\[[\d;]*m|(?![\t\n\r])\p{Cc}|\p{Cf}|\p{M}/gu, '')
    .replaceAll(/(?:%[\da-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString())
    .replaceAll(/\\u([\da-f]{4})|\\x([\da-f]{2})/gi, (_, wide?: string, narrow?: string) =>
      String.fromCharCode(Number.parseInt(wide ?? narrow ?? '0', 16)),
    )
    .replaceAll(/&#(\d{1,7});/g, (_, point: string) => String.fromCodePoint(Math.min(Number(point), 0x10ffff)))
    .replaceAll(/\\(["\\/])/g, '$1');
}

function decodeBase64(text: string): string[] {
  return [...text.matchAll(/[\w+/-]{12,}={0,2}/g)].map(([run]) => Buffer.from(run, 'base64').toString('latin1'));
}
