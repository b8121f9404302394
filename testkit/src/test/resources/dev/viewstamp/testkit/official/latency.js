// A transfer every 10 ms through the official client, for some seconds; prints how long each took, microseconds.
//   TB_ADDRESS=<addresses> node latency.js <account> <seconds>
const { createClient, id } = require('tigerbeetle-node');

const first = BigInt(process.argv[2]);
const seconds = Number(process.argv[3]);
const zero = { debits_pending: 0n, debits_posted: 0n, credits_pending: 0n, credits_posted: 0n, user_data_128: 0n,
  user_data_64: 0n, user_data_32: 0, reserved: 0, ledger: 1, code: 1, flags: 0, timestamp: 0n };

async function main() {
  const client = createClient({ cluster_id: 0n, replica_addresses: [process.env.TB_ADDRESS] });
  await client.createAccounts([{ ...zero, id: first }, { ...zero, id: first + 1n }]);
  const took = [];
  const end = process.hrtime.bigint() + BigInt(seconds) * 1000000000n;
  for (let now = process.hrtime.bigint(); now < end;) {
    await client.createTransfers([{ id: id(), debit_account_id: first, credit_account_id: first + 1n, amount: 1n,
      pending_id: 0n, user_data_128: 0n, user_data_64: 0n, user_data_32: 0, timeout: 0, ledger: 1, code: 1, flags: 0,
      timestamp: 0n }]);
    const after = process.hrtime.bigint();
    took.push(Number((after - now) / 1000n));
    await new Promise(resolve => setTimeout(resolve, 10));
    now = process.hrtime.bigint();
  }
  const [account] = await client.lookupAccounts([first]);
  if (account.debits_posted !== BigInt(took.length)) {
    throw new Error(`${took.length} transfers were acknowledged, ${account.debits_posted} are there`);
  }
  took.sort((a, b) => a - b);
  const at = share => took[Math.min(took.length - 1, Math.floor(share * took.length))];
  console.log(`requests ${took.length} p50 ${at(0.5)} p99 ${at(0.99)} max ${at(1)}`);
  client.destroy();
}

main();
