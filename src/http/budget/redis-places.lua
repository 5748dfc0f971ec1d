-- The calls of one account, shared by all replicas: one run is one round trip, and nothing else happens meanwhile.
-- Times are whole milliseconds of Redis' own clock. A call stands in CALLS by when it was over; it holds a place in a
-- window until the window's span after that. Those under way stand behind all others.
local LOG, CALLS, REPLICAS, WAITING = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local action, settings, replica = ARGV[1], cjson.decode(ARGV[2]), ARGV[3]
local UNDER_WAY = 1e15

local FIELDS = {
  'run', 'born', 'open', 'last', 'offset', 'begun', 'sent', 'paused', 'parallel', 'era', 'answers',
  'virtual', 'foreign1', 'until1', 'foreign2', 'until2',
}
local log = {}
for index, value in ipairs(redis.call('HMGET', LOG, unpack(FIELDS))) do
  if FIELDS[index] == 'run' then log.run = value else log[FIELDS[index]] = tonumber(value or 0) end
end

-- A clock that was set back must not hold places until it has caught up.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + log.offset
if now < log.last then
  redis.call('HSET', LOG, 'offset', log.offset + log.last - now)
  now = log.last
end

local function count(from, to) return redis.call('ZCOUNT', CALLS, from, to) end
local function underWay() return count(UNDER_WAY, '+inf') end
local function after(at) return string.format('(%d', at) end

-- Of all calls in a window, those of absent replicas are unknown: they may have made as many as those present.
local function absence()
  local absent = redis.call('ZCOUNT', REPLICAS, '-inf', after(now - settings.absentMs))
  if absent == 0 then return 0, 0 end
  local first = redis.call('ZRANGE', REPLICAS, 0, 0, 'WITHSCORES')
  return absent / (redis.call('ZCARD', REPLICAS) - absent), tonumber(first[2])
end

local function window(number, limit, spanMs)
  local since = now - spanMs
  local absentShare, absentSince = absence()
  local held = count(after(since), '+inf')
  local unknown = absentShare > 0 and absentShare * count(after(math.max(since, absentSince)), '+inf') or 0
  local untilAt = log['until' .. number]
  local foreign = now < untilAt and log['foreign' .. number] or 0
  local free = math.floor((limit - held - unknown - foreign) / (1 + absentShare))
  return {
    limit = limit, spanMs = spanMs, since = since, held = held,
    foreign = foreign, untilAt = untilAt, free = math.max(0, free),
  }
end

-- When the place number `turn` of those taken falls free; nil when that needs an answer which is still to come.
local function turnAt(w, turn)
  local function own(index)
    if index < 1 then return nil end
    local found = redis.call('ZRANGEBYSCORE', CALLS, after(w.since), '+inf', 'WITHSCORES', 'LIMIT', index - 1, 1)
    local over = tonumber(found[2])
    return over and over < UNDER_WAY and over + w.spanMs or nil
  end
  local at = own(turn)
  if w.foreign == 0 or (at and at <= w.untilAt) then return at end
  if turn <= w.foreign then return w.untilAt end
  local later = own(turn - w.foreign)
  return later and math.max(w.untilAt, later)
end

-- When the `nth` call leaves places enough for one every `slowestMs` until those taken fall free.
local function burstAt(minute, nth)
  local left = minute.free - nth + 1
  local first = math.max(0, 1 - left)
  local most = math.ceil(minute.spanMs / settings.slowestMs) - left - first + 1
  if most <= 0 then return now end
  local range = { after(minute.since), after(UNDER_WAY), 'WITHSCORES', 'LIMIT', first, most }
  local found = redis.call('ZRANGEBYSCORE', CALLS, unpack(range))
  local at = now
  for index = 2, #found, 2 do
    local place = first + index / 2 - 1
    at = math.max(at, tonumber(found[index]) + minute.spanMs - (left + place) * settings.slowestMs)
  end
  return at
end

-- Never in a burst: that belongs to those who have somebody waiting.
local function evenlyAt(minute, nth)
  local apartMs = minute.spanMs / minute.limit
  local lacking = nth - minute.free
  local first = lacking > 0 and turnAt(minute, 1) or nil
  local refilled = first and first + (lacking - 1) * apartMs or now
  return math.max(refilled, math.max(log.sent + apartMs, now) + (nth - 1) * apartMs)
end

-- The rules of `Pace`, for all replicas together.
local function pacedAt(second, minute, nth, priority)
  local at = math.max(log.sent + settings.slowestMs, now) + (nth - 1) * settings.slowestMs
  if at > now then at = math.min(at, burstAt(minute, nth)) end
  if minute.free <= 2 * second.limit then at = math.max(at, log.sent + second.spanMs / second.limit) end
  if priority == 1 then at = math.max(at, evenlyAt(minute, nth)) end
  return at
end

-- When the `nth` call from now on may be sent; nil when that needs an answer which is still to come.
local function readyAt(second, minute, nth, priority)
  if underWay() + nth > log.parallel then return nil end
  local at = math.max(now, log.paused)
  for _, w in ipairs({ second, minute }) do
    local turn = nth - w.free
    local free = turn <= 0 and now or turnAt(w, turn)
    if not free then return nil end
    at = math.max(at, free)
  end
  return math.max(at, pacedAt(second, minute, nth, priority))
end
