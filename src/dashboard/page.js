// The live page: polls the statistics once a second and reads the event stream, which goes on after the last event it saw.
import { baseText, countText, grouped, priceText, quoteText, shortAddress } from './format.js';

const ROWS_MAX = 25;
const COINS_MAX = 12;
const HISTORY = 60;
const POLL_MS = 1_000;
const DRAW_MS = 250;
const $ = (id) => document.getElementById(id);

const COINS = {
  'token.mint.created': 'created',
  'token.curve.completed': 'completed',
  'token.curve.graduated': 'graduated',
  'liquidity.pool.created': 'pool opened',
};
const TYPES = ['trade.swap.executed', ...Object.keys(COINS)];

const audits = { matched: 0, mismatched: 0, unauditable: 0 };
const rates = { transactions: [], events: [] };
const last = { transactions: null, events: null, atMs: 0 };
const symbols = new Map();
let newTrades = [];
let newCoins = [];
let isStreamOpen = false;
let lastEventId = null;
/** Of the last answer: 'live', 'degraded', 'waiting'; null while the engine does not answer. */
let engine = null;

openStream();
void poll();
setInterval(draw, DRAW_MS);

/** The browser reconnects by itself and says where it was; only a refused stream has to be opened anew. */
function openStream() {
  const from = lastEventId === null ? '' : `&after=${lastEventId}`;
  const stream = new EventSource(`/api/events/stream?types=${TYPES.join(',')}${from}`);
  stream.onopen = () => setStream(true);
  stream.onerror = () => {
    setStream(false);
    if (stream.readyState === EventSource.CLOSED) setTimeout(openStream, 2_000);
  };
  for (const type of TYPES) {
    stream.addEventListener(type, (message) => {
      lastEventId = message.lastEventId;
      take(type, JSON.parse(message.data));
    });
  }
}

function take(type, event) {
  if (event.data.symbol) remember(event.data.mint ?? event.data.baseMint, event.data.symbol);
  if (type in COINS) newCoins.push({ what: COINS[type], ...event });
  else {
    audits[event.data.audit?.verdict ?? 'unauditable']++;
    newTrades.push(event);
  }
  if (newTrades.length > ROWS_MAX) newTrades = newTrades.slice(-ROWS_MAX);
  if (newCoins.length > COINS_MAX) newCoins = newCoins.slice(-COINS_MAX);
}

function remember(mint, symbol) {
  symbols.set(mint, symbol);
  if (symbols.size > 5_000) symbols.delete(symbols.keys().next().value);
}

async function poll() {
  try {
    const [metrics, alerts] = await Promise.all([ask('/api/dashboard/metrics'), ask('/api/alerts')]);
    showPool(metrics.grpcPool);
    showPipeline(metrics.pipeline);
    showOutput(metrics.output);
    showRates(metrics.pipeline.transactions ?? 0, metrics.output.lastSequence ?? 0);
    showAlerts(alerts);
    const { healthy, total } = metrics.grpcPool;
    if (metrics.pipeline.running === false) engine = 'stopped';
    else engine = healthy === 0 ? 'waiting' : healthy < total ? 'degraded' : 'live';
  } catch {
    engine = null;
    last.transactions = null;
  }
  showState();
  setTimeout(poll, POLL_MS);
}

async function ask(path) {
  const answer = await fetch(path, { signal: AbortSignal.timeout(5_000) });
  return (await answer.json()).data;
}

function setStream(isOpen) {
  isStreamOpen = isOpen;
  showState();
}

function showState() {
  const [text, kind] = stateOf();
  $('state').textContent = text;
  $('state').className = `pill ${kind}`;
}

function stateOf() {
  if (engine === null) return [isStreamOpen ? 'connecting' : 'engine unreachable', 'down'];
  if (!isStreamOpen) return ['reconnecting', 'down'];
  if (engine === 'stopped') return ['reading nothing, see the alerts', 'down'];
  if (engine === 'waiting') return ['no data from the provider', 'down'];
  return engine === 'degraded' ? ['degraded', 'warn'] : ['live', 'live'];
}

function showPool(pool) {
  fill(
    'connections',
    pool.connections.map((c) => [
      cell(c.id, '', c.endpoint),
      cell(c.state, c.healthy ? 'good' : 'bad', c.lastError),
      cell(c.groups.join(' '), 'groups'),
      number(`${countText(Math.round(c.ratePerS))}/s`),
      number(c.lagMs === null ? '–' : `${Math.round(c.lagMs)} ms`),
    ]),
  );
  const moved = pool.migrations.filter(({ completed }) => completed);
  const lost = moved.reduce((sum, migration) => sum + migration.lost, 0);
  const unproven = moved.filter(({ proven }) => !proven).length;
  $('rate-limit').textContent = [
    pool.rateLimit === null
      ? null
      : `${pool.rateLimitRemaining} of ${pool.rateLimit.limit} subscriptions left in ${pool.rateLimit.windowMs / 1000} s`,
    moved.length === 0 ? null : `${moved.length} groups moved, ${lost} updates lost`,
    unproven === 0 ? null : `${unproven} moves without proof`,
    pool.unservedGroups.length === 0 ? null : `on no connection: ${pool.unservedGroups.join(', ')}`,
    pool.shedGroups.length === 0 ? null : `left out for now: ${pool.shedGroups.join(', ')}`,
  ]
    .filter((text) => text !== null)
    .join(' · ');
  const lags = pool.connections.map((c) => c.lagMs).filter((lag) => lag !== null);
  $('lag').textContent = lags.length > 0 ? countText(Math.round(Math.max(...lags))) : '–';
  const slots = pool.connections.map((c) => c.slot).filter((slot) => slot !== null);
  $('slot').textContent = slots.length > 0 ? grouped(Math.max(...slots)) : '–';
  $('source').textContent = [...new Set(pool.connections.map((c) => c.endpoint))].join(', ');
}

function showPipeline(pipeline) {
  $('latency').textContent = pipeline.latencyMs === null ? '' : `${Math.round(pipeline.latencyMs)} ms to disk (p99)`;
  fill(
    'stages',
    pipeline.stages.map((stage) => [
      stage.name,
      number(countText(stage.in)),
      cell(countText(stage.errors), `number ${stage.errors > 0 ? 'bad' : ''}`),
      number(`${stage.latencyMs.mean.toFixed(1)} ms`),
      number(`${stage.queueDepth}/${stage.queueLimit}`),
    ]),
  );
}

function showOutput(output) {
  const isAlone = output.broker === 'none';
  $('pending').textContent = countText(isAlone ? output.lastSequence : output.pending);
  $('pending-what').textContent = isAlone ? 'kept' : 'waiting';
  $('broker').textContent = isAlone ? 'no broker: events are kept here' : `broker ${output.broker}`;
  $('checkpoint').textContent = output.cursor === null ? '' : `proven to ${grouped(output.cursor)}`;
}

/** Rates over the time that really passed: a tab in the background polls less often. */
function showRates(transactions, events) {
  const nowMs = performance.now();
  const seconds = (nowMs - last.atMs) / 1000;
  if (last.transactions !== null && transactions >= last.transactions) {
    push('transactions', (transactions - last.transactions) / seconds);
    push('events', Math.max(0, events - last.events) / seconds);
  }
  Object.assign(last, { transactions, events, atMs: nowMs });
}

function push(name, rate) {
  const history = rates[name];
  history.push(rate);
  if (history.length > HISTORY) history.shift();
  const recent = history.slice(-3);
  $(name).textContent = countText(Math.round(recent.reduce((sum, value) => sum + value, 0) / recent.length));
  drawChart($(`${name}-chart`), history);
}

function drawChart(svg, history) {
  const top = Math.max(1, ...history);
  const from = HISTORY - history.length;
  const points = history.map((value, i) => `${from + i},${(29 - (value / top) * 28).toFixed(1)}`);
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'polyline');
  line.setAttribute('points', points.join(' '));
  const area = document.createElementNS('http://www.w3.org/2000/svg', 'polygon');
  area.setAttribute('points', `${from},30 ${points.join(' ')} ${HISTORY - 1},30`);
  svg.replaceChildren(area, line);
}

function showAlerts(alerts) {
  const active = alerts.filter(({ clearedMs }) => clearedMs === null);
  const over = alerts.filter(({ clearedMs }) => clearedMs !== null).slice(0, Math.max(0, 3 - active.length));
  const items = [
    ...active.map(({ severity, message }) => item(message, severity === 'critical' ? 'bad' : 'warn')),
    ...over.map(({ message, clearedMs }) => item(`${message} – over ${ago(clearedMs)}`, 'quiet')),
  ];
  $('alerts').replaceChildren(...(items.length > 0 ? items : [item('none', 'quiet')]));
}

function ago(atMs) {
  const seconds = Math.max(0, Math.round((Date.now() - atMs) / 1000));
  return seconds < 120 ? `${seconds} s ago` : `${Math.round(seconds / 60)} min ago`;
}

/** Draws what came since the last time; rows under the pointer stay where they are, to be read and copied. */
function draw() {
  const isHeld = $('trades').matches(':hover');
  $('paused').hidden = !isHeld || newTrades.length === 0;
  if (!isHeld && newTrades.length > 0) {
    prepend('trades', newTrades.splice(0).map(tradeCells), ROWS_MAX);
    const total = audits.matched + audits.mismatched + audits.unauditable;
    $('audits').textContent = `${((100 * audits.matched) / total).toFixed(1)} %`;
    $('audits-detail').textContent =
      `of ${countText(total)} trades matched` +
      (audits.mismatched > 0 ? `, ${countText(audits.mismatched)} mismatched` : '') +
      (audits.unauditable > 0 ? `, ${countText(audits.unauditable)} unauditable` : '');
  }
  if (newCoins.length > 0) prepend('tokens', newCoins.splice(0).map(coinCells), COINS_MAX);
}

const MARKS = { matched: '✓', mismatched: '✗', unauditable: '?' };

function tradeCells({ slot, data }) {
  const verdict = data.audit?.verdict ?? 'unauditable';
  return [
    cell(grouped(slot), 'wide'),
    cell(data.venue, 'wide'),
    cell(data.side, data.side),
    token(data.baseMint, data.symbol),
    cell(baseText(data), 'number', `${grouped(data.baseAmount)} base units`),
    cell(quoteText(data), 'number', `${grouped(data.quoteAmount)} base units`),
    cell(priceText(data.price), 'number wide', data.price ?? undefined),
    cell(MARKS[verdict] ?? '?', verdict, `${verdict} ${data.audit?.note ?? ''}`.trim()),
    address(data.trader, 'wide'),
  ];
}

function coinCells({ what, data, subject }) {
  const mint = data.mint ?? data.baseMint ?? subject;
  return [what, token(mint, data.symbol ?? symbols.get(mint)), data.name ?? data.destination ?? data.venue ?? ''];
}

function fill(table, rows) {
  $(table).tBodies[0].replaceChildren(...rows.map(row));
}

/** The newest on top. */
function prepend(table, rows, rowsMax) {
  const body = $(table).tBodies[0];
  body.prepend(...rows.reverse().map(row));
  while (body.rows.length > rowsMax) body.deleteRow(-1);
}

function row(cells) {
  const tr = document.createElement('tr');
  tr.append(...cells.map((content) => (content instanceof Node ? content : cell(content, ''))));
  return tr;
}

function cell(text, className, title) {
  const td = document.createElement('td');
  td.textContent = text ?? '';
  td.className = className;
  if (title) td.title = title;
  return td;
}

const number = (text) => cell(text, 'number');

function token(mint, symbol) {
  return symbol ? cell(symbol, 'symbol', mint) : address(mint, '');
}

function address(text, className) {
  const td = cell('', className, text);
  const code = document.createElement('code');
  code.textContent = shortAddress(text);
  td.append(code);
  return td;
}

function item(text, className) {
  const li = document.createElement('li');
  li.textContent = text;
  li.className = className;
  return li;
}
