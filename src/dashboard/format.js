// How numbers are spelled on the page. Amounts come as decimal strings of base units, which can be larger than a number holds exactly.
const QUOTES = {
  So11111111111111111111111111111111111111112: { symbol: 'SOL', decimals: 9 },
  EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v: { symbol: 'USDC', decimals: 6 },
  Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB: { symbol: 'USDT', decimals: 6 },
  USD1ttGY1N17NEEHLmELoaybftRBUSErhqYiQzvEmuB: { symbol: 'USD1', decimals: 6 },
};
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 4 });
const plain = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });
const small = new Intl.NumberFormat('en', { maximumSignificantDigits: 3, notation: 'scientific' });

/** What was paid: in the quote's own unit when it is one we know. */
export function quoteText({ quoteAmount, quoteMint }) {
  const quote = QUOTES[quoteMint];
  return quote === undefined ? grouped(quoteAmount) : `${amountText(quoteAmount, quote.decimals)} ${quote.symbol}`;
}

/** The base amount in whole tokens when its decimals follow from the event, else in base units. */
export function baseText(trade) {
  const decimals = baseDecimals(trade);
  return decimals === null ? grouped(trade.baseAmount) : amountText(trade.baseAmount, decimals);
}

/** The price is what was paid per whole token, so that it tells by how many decimals the amounts differ. */
export function baseDecimals({ price, baseAmount, quoteAmount, quoteMint }) {
  const quote = QUOTES[quoteMint];
  const ratio = (price * Number(baseAmount)) / Number(quoteAmount);
  if (quote === undefined || !Number.isFinite(ratio) || ratio <= 0) return null;
  const decimals = quote.decimals + Math.round(Math.log10(ratio));
  return decimals >= 0 && decimals <= 18 ? decimals : null;
}

export function priceText(price) {
  if (typeof price !== 'number') return '–';
  return price < 1e-4 && price > 0 ? small.format(price).replace('E', 'e') : plain.format(price);
}

/** 123456789 with 6 decimals is 123.5; from ten thousand on it is 12.35K. */
export function amountText(units, decimals) {
  const value = Number(units) / 10 ** decimals;
  if (!Number.isFinite(value)) return '–';
  return value >= 10_000 ? compact.format(value) : plain.format(value);
}

/** Base units, grouped as text. */
export function grouped(text) {
  return String(text ?? '').replace(/\B(?=(\d{3})+$)/g, ' ');
}

export function countText(count) {
  return Math.abs(count) >= 100_000 ? compact.format(count) : Number(count).toLocaleString('en');
}

export function shortAddress(address) {
  return address ? `${address.slice(0, 4)}…${address.slice(-4)}` : '–';
}
