// SPDX-License-Identifier: Apache-2.0

/**
 * What a redirect says. It is not followed: it could lead records and their headers elsewhere, or to plaintext.
 * @param location untrusted; its query and credentials are left out, since they may be secrets.
 */
export function redirectText(location: string): string {
  if (location === '') return 'redirects are not followed';
  const [path = ''] = location.split(/[?#]/, 1);
  const shown = path.replace(/^([a-z+.-]{1,20}:\/\/)[^/@]*@/i, '$1');
  return `redirects are not followed, this one leads to ${shown}`;
}
