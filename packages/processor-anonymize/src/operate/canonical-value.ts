// SPDX-License-Identifier: Apache-2.0
import { parseIpv6 } from '../detect/ip-address.ts';

/** The form of a value that its pseudonym is made from, so that two ways to write it give one token. */
export function canonicalValue(entity: string, value: string): string {
  switch (entity) {
    case 'email':
      return value.normalize('NFKC').trim().toLowerCase();
    case 'payment_card':
    case 'us_ssn':
    case 'us_npi':
    case 'uk_nhs':
    case 'nl_bsn':
    case 'pl_pesel':
    case 'br_cpf':
    case 'in_aadhaar':
      return value.replace(/\D/g, '');
    case 'phone':
      return value.replace(/[^\d+]/g, '');
    case 'iban':
    case 'uk_nino':
    case 'us_mbi':
    case 'fr_nir':
    case 'es_dni':
      return value.replace(/[^\dA-Za-z]/g, '').toUpperCase();
    case 'mac_address':
    case 'uuid':
      return value.replace(/[^\da-fA-F]/g, '').toLowerCase();
    case 'ip_address':
      return canonicalIp(value);
    default:
      return value.normalize('NFC').trim();
  }
}

function canonicalIp(value: string): string {
  const groups = parseIpv6(value);
  if (groups === undefined) return value;
  return ipv4Of(groups) ?? groups.map((group) => group.toString(16)).join(':');
}

/** The IPv4 address that a mapped IPv6 address stands for. */
function ipv4Of(groups: readonly number[]): string | undefined {
  if (groups.slice(0, 5).some((group) => group !== 0) || groups[5] !== 0xffff) return undefined;
  const [high = 0, low = 0] = groups.slice(6);
  return `${high >> 8}.${high & 0xff}.${low >> 8}.${low & 0xff}`;
}

/** An address without its host: /24 of IPv4, /48 of IPv6; undefined for what is no address. */
export function truncateIp(value: string): string | undefined {
  const groups = parseIpv6(value);
  const text = groups === undefined ? value : (ipv4Of(groups) ?? '');
  const quad = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.\d{1,3}$/.exec(text);
  if (quad !== null) return `${quad[1]}.${quad[2]}.${quad[3]}.0`;
  if (groups === undefined) return undefined;
  const kept = groups.slice(0, 3).map((group) => group.toString(16));
  while (kept.at(-1) === '0') kept.pop();
  return `${kept.join(':')}::`;
}
