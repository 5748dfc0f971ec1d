-- The calls of one account, as all replicas report them. One run is one round trip, and nothing else happens meanwhile.
-- There are no rules here about how many calls may be sent: a replica says how many it may send by what it has seen,
-- and every call that was begun since is taken off. Times are whole milliseconds of Redis' own clock.
-- It returns how many calls have got their places; when the log began, and how many calls and words there were since
-- then; in how many milliseconds places are given; when the last call was sent, and what time it is; by when the API has
-- counted each call of the others, and how many callers wait there; and the words that the replica has not heard yet.
local RECORDS, WORDS, LOG = KEYS[1], KEYS[2], KEYS[3]
local report = cjson.decode(ARGV[1])
local times, seen = report.times, report.seen

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function known(name) return tonumber(redis.call('HGET', LOG, name) or 0) end
local beat, since, begun, sent, told = known('beat'), known('since'), known('begun'), known('sent'), known('told')

-- It was emptied, or lost what it said last, or its clock was set back, or nobody has reached it for a while: calls may
-- have been made that it does not know. Places are given when all had time to report theirs.
local isLost = since == seen.since and begun < seen.begun
if now < beat then redis.call('DEL', RECORDS) end
if now < beat or now - beat > times.silenceMs or isLost then since = now end

local unheard = told - (since == seen.since and seen.told or 0)
local words = unheard > 0 and redis.call('LRANGE', WORDS, -unheard, -1) or {}
local openIn = math.max(0, since + times.openingMs - now)
local given = 0
-- A word may change what a replica may send, so it is heard first.
if openIn == 0 and since == seen.since and unheard == 0 then
  given = math.max(0, math.min(report.wanted, report.ready - (begun - seen.begun)))
end
-- What was sent without a place may be new to all.
local new = given + (report.isAlone and #report.calls or 0)
if new > 0 then begun, sent = begun + new, now end

local others, waiting = {}, 0
local records = redis.call('HGETALL', RECORDS)
for index = 1, #records, 2 do
  local record = cjson.decode(records[index + 1])
  if record.at < now - times.keepMs then
    redis.call('HDEL', RECORDS, records[index])
  elseif records[index] ~= report.replica then
    waiting = waiting + record.waiting
    for _, countedBy in ipairs(record.calls) do others[#others + 1] = countedBy end
  end
end

-- A call is counted later than now until its replica says when it was over.
local calls = {}
for index, ago in ipairs(report.calls) do calls[index] = now - ago end
for _ = 1, given do calls[#calls + 1] = now + times.countedMs end
redis.call('HSET', RECORDS, report.replica, cjson.encode({ at = now, waiting = report.waiting, calls = calls }))
for _, word in ipairs(report.words) do
  told = told + 1
  redis.call('RPUSH', WORDS, string.format('[%.0f,%s]', now, word))
end
redis.call('LTRIM', WORDS, -100, -1)
redis.call('HSET', LOG, 'beat', now, 'since', since, 'begun', begun, 'sent', sent, 'told', told)
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, 2 * times.keepMs) end

return { given, since, begun, told, openIn, sent, now, others, waiting, words }
