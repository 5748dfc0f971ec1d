-- What replicas ask of the log, and tell it. The file of places stands before this one.

-- Who was told to come at a moment comes this much later at most.
local LATE_MS = 60
local ASK_AGAIN_MS, LONGEST_WAIT_MS = 100, 1000

-- The replicas that wait, as far as they still come when they were told to.
local function others()
  local list, own = {}, 0
  local all = redis.call('HGETALL', WAITING)
  for index = 1, #all, 2 do
    local tag, dueAt, priority, callers = string.match(all[index + 1], '^(%S+) (%S+) (%S+) (%S+)$')
    local other = { tag = tonumber(tag), dueAt = tonumber(dueAt), priority = tonumber(priority) }
    other.callers = tonumber(callers)
    if all[index] == replica then own = other.tag
    elseif other.dueAt + LATE_MS > now then list[#list + 1] = other end
  end
  return list, own
end

local function present()
  redis.call('ZADD', REPLICAS, now, replica)
  redis.call('HSET', LOG, 'last', now)
end

local function keepWaiting(tag, dueAt, priority, callers)
  redis.call('HSET', WAITING, replica, string.format('%.6f %d %d %d', tag, dueAt, priority, callers))
end

local function begin(id)
  redis.call('ZADD', CALLS, UNDER_WAY, id)
  redis.call('HSET', LOG, 'begun', log.begun + 1, 'sent', now)
end

local actions = {}

-- A place for a call that is sent at once, or how long to wait. Replicas take turns as their callers would in one
-- process (start-time fair queueing): each place moves a replica back by one part in as many as it has callers.
function actions.take(id, priority, callers)
  if not log.run or now < log.open or not redis.call('ZSCORE', REPLICAS, replica) then return { 'closed' } end
  present()
  priority, callers = tonumber(priority), tonumber(callers)
  redis.call('ZREMRANGEBYSCORE', CALLS, '-inf', now - settings.minuteMs)
  local second = window(1, settings.perSecond, settings.secondMs)
  local minute = window(2, settings.perMinute, settings.minuteMs)
  local list, tag = others()
  local start = math.max(tag, log.virtual)
  local ahead, near = 0, 0
  for _, other in ipairs(list) do
    if other.priority < priority or (other.priority == priority and other.tag < start) then
      ahead = ahead + 1
      -- Who was told to come later does not miss a place that fell free before.
      if other.dueAt <= now + LATE_MS then near = near + 1 end
    end
  end
  local at = readyAt(second, minute, 1 + near, priority)
  if at and at <= now then
    begin(id)
    redis.call('HSET', LOG, 'virtual', start)
    keepWaiting(start + 1 / callers, 0, priority, callers)
    return { 'taken', second.held - log.begun, minute.held - log.begun, log.era }
  end
  at = readyAt(second, minute, 1, priority)
  if at and ahead > 0 then
    -- Behind the others, or when it is plain that they did not come.
    local own = readyAt(second, minute, 1 + ahead, priority) or math.huge
    at = math.min(own, math.max(now, at) + ahead * 2 * LATE_MS)
  end
  local wait = at and math.max(1, math.min(math.ceil(at - now), LONGEST_WAIT_MS)) or ASK_AGAIN_MS
  keepWaiting(start, now + wait, priority, callers)
  return { at and 'wait' or 'answer', wait }
end

-- The call is over: its places fall free one span from now on. `notice` is what the answer said about limits.
function actions.settle(id, stragglingMs, era, notice, first, second, mark)
  local crowd = underWay()
  redis.call('ZADD', CALLS, now + stragglingMs, id)
  if notice == 'pause' then redis.call('HSET', LOG, 'paused', math.max(log.paused, now + first)) end
  if notice == 'left1' or notice == 'left2' then
    local number = string.sub(notice, 5)
    local limit = number == '1' and settings.perSecond or settings.perMinute
    local foreign = limit - first - (mark + log.begun)
    if foreign > (now < log['until' .. number] and log['foreign' .. number] or 0) then
      redis.call('HSET', LOG, 'foreign' .. number, foreign, 'until' .. number, now + second)
    end
  end
  if tonumber(era) ~= log.era then return end
  if notice == 'crowded' then
    local lower = math.max(1, math.floor(math.min(crowd, log.parallel) / 2))
    redis.call('HSET', LOG, 'parallel', lower, 'era', log.era + 1, 'answers', 0)
  elseif log.parallel < settings.parallel then
    local full = log.answers + 1 >= log.parallel
    redis.call('HSET', LOG, 'answers', full and 0 or log.answers + 1, 'parallel', log.parallel + (full and 1 or 0))
  end
end

function actions.cancel(id) redis.call('ZREM', CALLS, id) end

-- A call that was sent out of the replica's own share.
function actions.record(id) begin(id) end

function actions.leave()
  redis.call('ZREM', REPLICAS, replica)
  redis.call('HDEL', WAITING, replica)
end

-- Calls of replicas that are gone are over; places must not be held for ever.
local function bury()
  if now >= log.open then
    for _, gone in ipairs(redis.call('ZRANGEBYSCORE', REPLICAS, '-inf', now - settings.minuteMs)) do
      redis.call('ZREM', REPLICAS, gone)
      redis.call('HDEL', WAITING, gone)
    end
  end
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', CALLS, UNDER_WAY, '+inf')) do
    local seen = redis.call('ZSCORE', REPLICAS, string.match(id, '^[^:]*'))
    if not seen or tonumber(seen) < now - settings.absentMs then redis.call('ZADD', CALLS, now, id) end
  end
end

-- A call that is under way holds a place, though it was taken for over. One that was given by an answer which never
-- came belongs to nobody.
local function keepOnly(asked, begun)
  local kept = {}
  for _, id in ipairs(asked) do kept[id] = true end
  for _, id in ipairs(begun) do
    kept[id] = true
    redis.call('ZADD', CALLS, UNDER_WAY, id)
  end
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', CALLS, UNDER_WAY, '+inf')) do
    if string.match(id, '^[^:]*') == replica and not kept[id] then redis.call('ZREM', CALLS, id) end
  end
end

-- That the replica is there, and which calls it has asked a place for or begun; answers what it must know to go on alone.
function actions.sync(asked, begun)
  if not log.run or not redis.call('ZSCORE', REPLICAS, replica) then return { 'closed' } end
  present()
  keepOnly(cjson.decode(asked), cjson.decode(begun))
  bury()
  for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, settings.keepMs) end
  local waiting = 0
  for _, other in ipairs((others())) do waiting = waiting + other.callers end
  local ages = {}
  local found = redis.call('ZRANGEBYSCORE', CALLS, after(now - settings.minuteMs), '+inf', 'WITHSCORES')
  for index = 2, #found, 2 do
    local over = tonumber(found[index])
    ages[#ages + 1] = over < UNDER_WAY and math.max(0, now - over) or -1
  end
  local paused = math.max(0, log.paused - now)
  return { 'known', math.max(0, log.open - now), paused, waiting, redis.call('ZRANGE', REPLICAS, 0, -1), ages }
end

-- A replica brings what it knows: its calls with their ages (-1 while under way), and whom it knew beside itself. A
-- log that Redis lost opens once all of those are back, or when nothing that was done without it counts any longer.
function actions.join(asked, begun, run, pausedMs, peers, ages)
  if log.run ~= run then
    redis.call('DEL', REPLICAS, WAITING)
    log.run, log.born, log.open = run, now, now + settings.minuteMs
    redis.call('HSET', LOG, 'run', run, 'born', now, 'parallel', settings.parallel)
  end
  present()
  if now < log.open then
    for _, peer in ipairs(cjson.decode(peers)) do redis.call('ZADD', REPLICAS, 'NX', 0, peer) end
    local isLacking = redis.call('ZCOUNT', REPLICAS, 0, 0) > 0
    log.open = isLacking and log.born + settings.minuteMs or now + settings.openingMs
  end
  log.paused = math.max(log.paused, now + pausedMs)
  redis.call('HSET', LOG, 'open', log.open, 'paused', log.paused)
  for id, age in pairs(cjson.decode(ages)) do
    redis.call('ZADD', CALLS, age < 0 and UNDER_WAY or now - age, id)
  end
  return actions.sync(asked, begun)
end

return actions[action](unpack(ARGV, 4))
