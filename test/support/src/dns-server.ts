// SPDX-License-Identifier: Apache-2.0
import { createSocket } from 'node:dgram';
import { isIPv4, isIPv6 } from 'node:net';

/** A DNS server on 127.0.0.1 that knows the names it is told. */
export interface DnsServer {
  /** `127.0.0.1:port`. */
  readonly address: string;
  /** Questions asked so far, such as `A collector.test`, oldest first. */
  readonly questions: readonly string[];
  /** From now on the name has these IPv4 and IPv6 addresses; with none it does not exist. */
  setAddresses(name: string, addresses: readonly string[]): void;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<number, string>> = { 1: 'A', 16: 'TXT', 28: 'AAAA' };
const HEADER_LENGTH = 12;
const IN = 1;
const NAME_ERROR = 3;
/** A pointer to the name in the question (RFC 1035, 4.1.4). */
const NAME_OF_QUESTION = 0xc000 | HEADER_LENGTH;

/** Answers queries over UDP with a time to live of 0 (RFC 1035). */
export async function startDnsServer(): Promise<DnsServer> {
  const known = new Map<string, readonly string[]>();
  const questions: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const { name, type, end } = questionOf(query);
    questions.push(`${TYPES[type] ?? type} ${name}`);
    socket.send(answer(query.subarray(0, end), type, known.get(name) ?? []), from.port, from.address);
  });
  await new Promise<void>((resolve) => {
    socket.bind(0, '127.0.0.1', resolve);
  });
  return {
    address: `127.0.0.1:${socket.address().port}`,
    questions,
    setAddresses: (name, addresses) => void known.set(name, addresses),
    close: () =>
      new Promise((resolve) => {
        socket.close(resolve);
      }),
  };
}

function questionOf(query: Buffer): { readonly name: string; readonly type: number; readonly end: number } {
  const labels: string[] = [];
  let at = HEADER_LENGTH;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length).toLowerCase());
    at += 1 + length;
  }
  return { name: labels.join('.'), type: query.readUInt16BE(at + 1), end: at + 5 };
}

/** @param question the query up to the end of its question. */
function answer(question: Buffer, type: number, addresses: readonly string[]): Buffer {
  const records = addresses.filter((address) => (TYPES[type] === 'A' ? isIPv4(address) : isIPv6(address)));
  const reply = Buffer.from(question);
  // An authoritative response, recursion available, with an error where the name does not exist at all.
  reply.writeUInt16BE(0x8580 | (addresses.length === 0 ? NAME_ERROR : 0), 2);
  reply.writeUInt16BE(TYPES[type] === 'TXT' ? 0 : records.length, 6);
  reply.writeUInt32BE(0, 8);
  if (TYPES[type] === 'TXT') return reply;
  return Buffer.concat([reply, ...records.map((address) => addressRecord(type, address))]);
}

function addressRecord(type: number, address: string): Buffer {
  const data = isIPv4(address) ? Buffer.from(address.split('.').map(Number)) : ipv6Bytes(address);
  const head = Buffer.alloc(12);
  head.writeUInt16BE(NAME_OF_QUESTION, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(IN, 4);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function ipv6Bytes(address: string): Buffer {
  const [head = '', tail] = address.split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const last = groups(tail ?? '');
  const first = groups(head);
  const zeros = Array.from({ length: tail === undefined ? 0 : 8 - first.length - last.length }, () => '0');
  return Buffer.from([...first, ...zeros, ...last].map((group) => group.padStart(4, '0')).join(''), 'hex');
}
