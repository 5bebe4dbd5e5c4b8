// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';

const CONCURRENCY = 16;
const ITEMS = ['bolt M6', 'washer 6 mm', 'gear 24 teeth', 'bearing 608', 'spring 12 N', 'Zahnrad groß', '歯車'];

/** Sends `requests` requests to the order service: two of three place an order, the others ask for one. */
export async function runLoad(url: string, requests: number, onAnswer: (answered: number) => void): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  let sent = 0;
  let answered = 0;
  async function worker(): Promise<void> {
    while (sent < requests) {
      sent += 1;
      await send(agent, url, sent);
      answered += 1;
      onAnswer(answered);
    }
  }
  try {
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  } finally {
    agent.destroy();
  }
}

async function send(agent: Agent, url: string, number: number): Promise<void> {
  const asks = number % 3 === 0;
  const item = encodeURIComponent(ITEMS[number % ITEMS.length] ?? '');
  const path = asks ? `/orders/${Math.ceil(number / 3)}` : `/orders?item=${item}&quantity=${1 + (number % 9)}`;
  const traceparent = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
  await new Promise<void>((resolve, reject) => {
    const call = request(
      `${url}${path}`,
      { agent, method: asks ? 'GET' : 'POST', headers: { traceparent } },
      (response) => {
        response.resume();
        response.once('end', resolve);
        response.once('error', reject);
      },
    );
    call.once('error', reject);
    call.end();
  });
}
