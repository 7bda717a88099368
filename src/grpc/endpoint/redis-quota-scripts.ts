/**
 * All windows and the stream, or nothing, in one step and by Redis' own clock, so that neither two processes at once nor their clocks can
 * break a limit. Keys: the streams, then the windows. Arguments: an id, the streams that may stand (0 = not asked for), how long a lease
 * holds, then limit, length and count of each window. Answers 0 when taken, -1 when too many streams stand, else the milliseconds until the
 * tightest window has room.
 */
export const TAKE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local id, streams, lease = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
if streams > 0 then
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
  if redis.call('ZCARD', KEYS[1]) >= streams then return -1 end
end
local wait = 0
for i = 2, #KEYS do
  local limit, window, count = tonumber(ARGV[i * 3 - 2]), tonumber(ARGV[i * 3 - 1]), tonumber(ARGV[i * 3])
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now - window)
  local over = redis.call('ZCARD', KEYS[i]) + count - limit
  if over > 0 then
    local oldest = redis.call('ZRANGE', KEYS[i], over - 1, over - 1, 'WITHSCORES')
    wait = math.max(wait, (tonumber(oldest[2]) or now) + window - now)
  end
end
if wait > 0 then return wait end
for i = 2, #KEYS do
  local window, count = tonumber(ARGV[i * 3 - 1]), tonumber(ARGV[i * 3])
  for n = 1, count do redis.call('ZADD', KEYS[i], now, id .. ':' .. n) end
  redis.call('PEXPIRE', KEYS[i], window)
end
if streams > 0 then
  redis.call('ZADD', KEYS[1], now + lease, id)
  redis.call('PEXPIRE', KEYS[1], math.max(lease, redis.call('PTTL', KEYS[1])))
end
return 0
`;

/** A stream stands still: its lease begins anew, even if it had run out while the process was frozen. */
export const RENEW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease = tonumber(ARGV[2])
redis.call('ZADD', KEYS[1], now + lease, ARGV[1])
redis.call('PEXPIRE', KEYS[1], math.max(lease, redis.call('PTTL', KEYS[1])))
return 0
`;
