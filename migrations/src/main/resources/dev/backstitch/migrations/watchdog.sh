# Runs the command given as arguments, a PostgreSQL server, for as long as the pipe on standard input
# stays open. The process that started this script holds the other end and never writes: the pipe
# closes when that process wants the server stopped, or dies.

# Ctrl-C, the end of a terminal and a polite request to the whole process group are meant for the
# application, which then stops the server in order by closing the pipe.
trap '' HUP INT TERM

exec 3<&0 </dev/null

"$@" 3<&- &
server=$!

(
  read -r _ <&3
  exec 3<&-
  # INT is a fast stop: sessions are ended, everything is written to disk. It is repeated, because
  # a server that has only just been started may not listen yet. QUIT, after half a minute, stops
  # at once; the next start then replays the log.
  tries=0
  while kill -INT "$server" 2>/dev/null; do
    tries=$((tries + 1))
    if [ "$tries" -gt 60 ]; then
      kill -QUIT "$server" 2>/dev/null
    fi
    sleep 0.5 2>/dev/null || sleep 1
  done
) &
reader=$!
exec 3<&-

wait "$server"
status=$?
# KILL, because it ignores everything else.
kill -KILL "$reader" 2>/dev/null
exit "$status"
