import pg from 'pg';
import { messageOf } from '../lib/errors.ts';
import { type DoctorCheck, failed, passed } from './doctor-check.ts';

const NAME = 'database';
/** Whoever has not let us in by then will not. */
const ANSWER_MS = 3_000;

/** What PostgreSQL refuses a log-in with. */
const ADVICE: Readonly<Record<string, string>> = {
  '28P01': 'check user and password in DATABASE_URL',
  '28000': 'check user and password in DATABASE_URL, and what the server lets in',
  '3D000': 'check the name of the database in DATABASE_URL',
};

/** Logs in where PostgreSQL is said to be, as the consumers will. It reads no table. */
export async function databaseCheck(url: string): Promise<DoctorCheck> {
  if (url === '') return passed(NAME, 'none configured (DATABASE_URL)');
  if (!URL.canParse(url)) return failed(NAME, 'DATABASE_URL is not an address');
  const { hostname, port } = new URL(url);
  const place = `${hostname === '' ? 'localhost' : hostname}:${port === '' ? 5432 : port}`;
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: ANSWER_MS, query_timeout: ANSWER_MS });
  // What happens to a connection that has failed already is told by its failure.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return passed(NAME, `${place} lets us in`);
  } catch (error) {
    const advice = ADVICE[String((error as { code?: unknown }).code)];
    if (advice !== undefined) return failed(NAME, `${place} does not let us in (${messageOf(error)}): ${advice}`);
    return failed(NAME, `${place} cannot be reached (${messageOf(error)}): check DATABASE_URL`);
  } finally {
    await client.end().catch(() => undefined);
  }
}
