-- Asks for one path after the other of the file in PULL_PATHS; each thread begins elsewhere in it.
local paths, threads = {}, 0
for line in io.lines(os.getenv("PULL_PATHS")) do paths[#paths + 1] = line end

function setup(thread)
    thread:set("first", threads * 9973)
    threads = threads + 1
end

function init()
    at = first
    wrk.headers["Authorization"] = os.getenv("PULL_AUTHORIZATION")
    wrk.headers["Accept"] = "application/vnd.oci.image.manifest.v1+json"
end

function request()
    at = at + 1
    return wrk.format("GET", paths[at % #paths + 1])
end

function done(summary, latency)
    local errors = summary.errors
    if errors.connect + errors.read + errors.write + errors.status + errors.timeout > 0 then
        io.stderr:write("there were failed requests\n")
        os.exit(1)
    end
    io.stdout:write(string.format('FIGURES {"what": "%s", "requests a second": %.0f, "99 %%, ms": %.2f}\n', os.getenv("PULL_WHAT"),
        summary.requests * 1e6 / summary.duration, latency:percentile(99) / 1000))
end
