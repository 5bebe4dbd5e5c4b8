// SPDX-License-Identifier: Apache-2.0
import { BlockList, isIP } from 'node:net';

/**
 * Whether a host is reached without the proxy. An entry of the list is `*`, a domain (it and all below it, with or without
 * a leading dot), an address, or a range of addresses (`10.0.0.0/8`); a port behind a name or IPv4 address restricts it.
 *
 * @param list separated by commas or spaces.
 */
export function bypassesProxy(list: string, host: string, port: number): boolean {
  const name = host.toLowerCase();
  return list
    .toLowerCase()
    .split(/[\s,]/)
    .some((entry) => entry !== '' && matches(entry, name, port));
}

const LOOPBACK = '127.0.0.0/8 ::1 localhost';

/** Whether a host is this machine, as this machine names it: another one, such as a proxy, would look for it at itself. */
export function isLoopback(host: string): boolean {
  return bypassesProxy(LOOPBACK, host, 0);
}

function matches(entry: string, host: string, port: number): boolean {
  if (entry === '*') return true;
  const family = isIP(host);
  const slash = entry.indexOf('/');
  if (slash > 0) return family !== 0 && isInRange(entry.slice(0, slash), entry.slice(slash + 1), host);
  const bare = entry.replace(/^\[([^\]]*)\]/, '$1');
  if (isIP(bare) !== 0) return family !== 0 && isInRange(bare, isIP(bare) === 4 ? '32' : '128', host);
  const [, domain = entry, only] = /^\*?\.?([^:]+):(\d{1,5})$/.exec(entry) ?? [];
  if (only !== undefined && Number(only) !== port) return false;
  const suffix = domain.replace(/^\*?\./, '');
  return host === suffix || (family === 0 && host.endsWith(`.${suffix}`));
}

function isInRange(address: string, bits: string, host: string): boolean {
  const family = isIP(address);
  if (family === 0 || family !== isIP(host) || !/^\d{1,3}$/.test(bits)) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  if (Number(bits) > (family === 4 ? 32 : 128)) return false;
  const range = new BlockList();
  range.addSubnet(address, Number(bits), type);
  return range.check(host, type);
}
