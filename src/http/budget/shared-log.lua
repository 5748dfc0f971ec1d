-- The calls of one account, as all replicas report them. One run is one round trip, and nothing else happens meanwhile.
-- There are no rules here about how many calls may be sent: a replica says how many it may send by what it has seen,
-- and every call that was begun since is taken off. Times are whole milliseconds of Redis' own clock.
-- It returns how many of the wanted calls have got their places; when the log began, and how many calls and words there
-- were since then; in how many milliseconds places are given; when the last call was sent, and what time it is; every
-- call of the last minute, with by when the API has counted it; and the words that the replica has not heard yet.
local CALLS, WORDS, LOG = KEYS[1], KEYS[2], KEYS[3]
local report = cjson.decode(ARGV[1])
local times, seen = report.times, report.seen

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function known(name) return tonumber(redis.call('HGET', LOG, name) or 0) end
local beat, since, begun, sent, told = known('beat'), known('since'), known('begun'), known('sent'), known('told')

-- It was emptied, or its clock was set back, or nobody has reached it for a while: calls may have been made that it
-- does not know. Places are given when all had time to report theirs.
if now < beat then
  redis.call('DEL', CALLS, WORDS)
  beat, told = 0, 0
end
if now - beat > times.silenceMs then since = now end

-- A call stands in CALLS by when the API has counted it, which lies ahead until its replica says when it was over.
local reported = 0
for _, call in ipairs(report.calls) do reported = reported + redis.call('ZADD', CALLS, now - call[2], call[1]) end
for _, id in ipairs(report.unsent) do redis.call('ZREM', CALLS, id) end
for _, word in ipairs(report.words) do
  told = told + 1
  redis.call('ZADD', WORDS, told, string.format('[%.0f,%s]', now, word))
end

-- A word may change what a replica may send, so it is heard first.
local words = redis.call('ZRANGEBYSCORE', WORDS, '(' .. seen.told, '+inf')
local openIn = math.max(0, since + times.openingMs - now)
local given = 0
if openIn == 0 and seen.since == since and #words == 0 then
  given = math.max(0, math.min(#report.wanted, report.ready - (begun - seen.begun)))
end
for index = 1, given do redis.call('ZADD', CALLS, now + times.countedMs, report.wanted[index]) end
if given + reported > 0 then sent = now end
begun = begun + given + reported

redis.call('HSET', LOG, 'beat', now, 'since', since, 'begun', begun, 'sent', sent, 'told', told)
redis.call('ZREMRANGEBYSCORE', CALLS, '-inf', now - times.keepMs)
redis.call('ZREMRANGEBYRANK', WORDS, 0, -100)
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, 2 * times.keepMs) end

local calls = redis.call('ZRANGE', CALLS, 0, -1, 'WITHSCORES')
return { given, since, begun, told, openIn, sent, now, calls, words }
