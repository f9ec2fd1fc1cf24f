function stryNS_9fa48() {
  var g = typeof globalThis === 'object' && globalThis && globalThis.Math === Math && globalThis || new Function("return this")();
  var ns = g.__stryker__ || (g.__stryker__ = {});
  if (ns.activeMutant === undefined && g.process && g.process.env && g.process.env.__STRYKER_ACTIVE_MUTANT__) {
    ns.activeMutant = g.process.env.__STRYKER_ACTIVE_MUTANT__;
  }
  function retrieveNS() {
    return ns;
  }
  stryNS_9fa48 = retrieveNS;
  return retrieveNS();
}
stryNS_9fa48();
function stryCov_9fa48() {
  var ns = stryNS_9fa48();
  var cov = ns.mutantCoverage || (ns.mutantCoverage = {
    static: {},
    perTest: {}
  });
  function cover() {
    var c = cov.static;
    if (ns.currentTestId) {
      c = cov.perTest[ns.currentTestId] = cov.perTest[ns.currentTestId] || {};
    }
    var a = arguments;
    for (var i = 0; i < a.length; i++) {
      c[a[i]] = (c[a[i]] || 0) + 1;
    }
  }
  stryCov_9fa48 = cover;
  cover.apply(null, arguments);
}
function stryMutAct_9fa48(id) {
  var ns = stryNS_9fa48();
  function isActive(id) {
    if (ns.activeMutant === id) {
      if (ns.hitCount !== void 0 && ++ns.hitCount > ns.hitLimit) {
        throw new Error('Stryker: Hit count limit reached (' + ns.hitCount + ')');
      }
      return true;
    }
    return false;
  }
  stryMutAct_9fa48 = isActive;
  return isActive(id);
}
import { lines, Unreadable, type EvidencePointer, type Format, type ProbeOutput } from "@slipway/plugin-sdk";
import { excerpt, lower } from "./text.ts";

/** What a run of `nvidia-imex-ctl` comes to (rule I8). */
export type Control<T> = {
  readonly kind: "answer";
  readonly value: T;
  readonly exitCode: number;
}
/** It says that the daemon cannot be reached. */ | {
  readonly kind: "unreachable";
  readonly evidence: EvidencePointer;
  readonly said: string;
}
/** It says that the nodes file could not be read. */ | {
  readonly kind: "unconfigured";
  readonly evidence: EvidencePointer;
  readonly said: string;
}
/** It failed without a word: only the unit can tell what that means. */ | {
  readonly kind: "silent";
  readonly evidence: EvidencePointer;
  readonly exitCode: number;
};
const UNCONFIGURED = stryMutAct_9fa48("129") ? "" : (stryCov_9fa48("129"), "failed to read node configuration file");
const CANNOT = stryMutAct_9fa48("130") ? [] : (stryCov_9fa48("130"), [stryMutAct_9fa48("131") ? "" : (stryCov_9fa48("131"), "could not"), stryMutAct_9fa48("132") ? "" : (stryCov_9fa48("132"), "cannot"), stryMutAct_9fa48("133") ? "" : (stryCov_9fa48("133"), "unable to"), stryMutAct_9fa48("134") ? "" : (stryCov_9fa48("134"), "failed to")]);
const REACH = stryMutAct_9fa48("135") ? [] : (stryCov_9fa48("135"), [stryMutAct_9fa48("136") ? "" : (stryCov_9fa48("136"), "reach"), stryMutAct_9fa48("137") ? "" : (stryCov_9fa48("137"), "connect"), stryMutAct_9fa48("138") ? "" : (stryCov_9fa48("138"), "contact")]);
const NOT_RUNNING = stryMutAct_9fa48("139") ? [] : (stryCov_9fa48("139"), [stryMutAct_9fa48("140") ? "" : (stryCov_9fa48("140"), "no local daemon"), stryMutAct_9fa48("141") ? "" : (stryCov_9fa48("141"), "not running"), stryMutAct_9fa48("142") ? "" : (stryCov_9fa48("142"), "connection refused")]);
function saysUnreachable(line: string): boolean {
  if (stryMutAct_9fa48("143")) {
    {}
  } else {
    stryCov_9fa48("143");
    if (stryMutAct_9fa48("146") ? NOT_RUNNING.every(phrase => line.includes(phrase)) : stryMutAct_9fa48("145") ? false : stryMutAct_9fa48("144") ? true : (stryCov_9fa48("144", "145", "146"), NOT_RUNNING.some(stryMutAct_9fa48("147") ? () => undefined : (stryCov_9fa48("147"), phrase => line.includes(phrase))))) return stryMutAct_9fa48("148") ? false : (stryCov_9fa48("148"), true);
    return stryMutAct_9fa48("151") ? CANNOT.some(phrase => line.includes(phrase)) || REACH.some(phrase => line.includes(phrase)) : stryMutAct_9fa48("150") ? false : stryMutAct_9fa48("149") ? true : (stryCov_9fa48("149", "150", "151"), (stryMutAct_9fa48("152") ? CANNOT.every(phrase => line.includes(phrase)) : (stryCov_9fa48("152"), CANNOT.some(stryMutAct_9fa48("153") ? () => undefined : (stryCov_9fa48("153"), phrase => line.includes(phrase))))) && (stryMutAct_9fa48("154") ? REACH.every(phrase => line.includes(phrase)) : (stryCov_9fa48("154"), REACH.some(stryMutAct_9fa48("155") ? () => undefined : (stryCov_9fa48("155"), phrase => line.includes(phrase))))));
  }
}

/** The first line of stdout or stderr of which `says` is true; `says` is given lower case. */
function findLine({
  probe,
  stdout,
  stderr
}: ProbeOutput, says: (line: string) => boolean): {
  evidence: EvidencePointer;
  said: string;
} | undefined {
  if (stryMutAct_9fa48("156")) {
    {}
  } else {
    stryCov_9fa48("156");
    for (const [stream, text] of [["out", stdout], ["err", stderr]] as const) {
      if (stryMutAct_9fa48("157")) {
        {}
      } else {
        stryCov_9fa48("157");
        const all = text.split(stryMutAct_9fa48("158") ? "" : (stryCov_9fa48("158"), "\n"));
        const index = all.findIndex(stryMutAct_9fa48("159") ? () => undefined : (stryCov_9fa48("159"), line => says(lower(line))));
        if (stryMutAct_9fa48("163") ? index < 0 : stryMutAct_9fa48("162") ? index > 0 : stryMutAct_9fa48("161") ? false : stryMutAct_9fa48("160") ? true : (stryCov_9fa48("160", "161", "162", "163"), index >= 0)) return stryMutAct_9fa48("164") ? {} : (stryCov_9fa48("164"), {
          evidence: stryMutAct_9fa48("165") ? {} : (stryCov_9fa48("165"), {
            probe,
            ...((stryMutAct_9fa48("168") ? stream !== "err" : stryMutAct_9fa48("167") ? false : stryMutAct_9fa48("166") ? true : (stryCov_9fa48("166", "167", "168"), stream === (stryMutAct_9fa48("169") ? "" : (stryCov_9fa48("169"), "err")))) ? stryMutAct_9fa48("170") ? {} : (stryCov_9fa48("170"), {
              stream
            }) : {}),
            line: stryMutAct_9fa48("171") ? index - 1 : (stryCov_9fa48("171"), index + 1)
          }),
          said: excerpt(stryMutAct_9fa48("172") ? all[index]?.trim() && "" : (stryCov_9fa48("172"), (stryMutAct_9fa48("174") ? all[index].trim() : stryMutAct_9fa48("173") ? all[index] : (stryCov_9fa48("173", "174"), all[index]?.trim())) ?? (stryMutAct_9fa48("175") ? "Stryker was here!" : (stryCov_9fa48("175"), ""))))
        });
      }
    }
    return undefined;
  }
}

/**
 * Reads a control probe. Its exit code alone decides nothing (rule G4): a usual answer is read
 * whatever the code, and what stands instead of one is told apart by its words.
 */
export function control<T>(output: ProbeOutput, parse: (output: ProbeOutput) => T): Control<T> {
  if (stryMutAct_9fa48("176")) {
    {}
  } else {
    stryCov_9fa48("176");
    const exitCode = stryMutAct_9fa48("177") ? output.record.exitCode && 0 : (stryCov_9fa48("177"), output.record.exitCode ?? 0);
    let problem: Unreadable;
    try {
      if (stryMutAct_9fa48("178")) {
        {}
      } else {
        stryCov_9fa48("178");
        return stryMutAct_9fa48("179") ? {} : (stryCov_9fa48("179"), {
          kind: stryMutAct_9fa48("180") ? "" : (stryCov_9fa48("180"), "answer"),
          value: parse(output),
          exitCode
        });
      }
    } catch (error) {
      if (stryMutAct_9fa48("181")) {
        {}
      } else {
        stryCov_9fa48("181");
        if (stryMutAct_9fa48("184") ? false : stryMutAct_9fa48("183") ? true : stryMutAct_9fa48("182") ? error instanceof Unreadable : (stryCov_9fa48("182", "183", "184"), !(error instanceof Unreadable))) throw error;
        problem = error;
      }
    }
    const unconfigured = findLine(output, stryMutAct_9fa48("185") ? () => undefined : (stryCov_9fa48("185"), line => line.includes(UNCONFIGURED)));
    if (stryMutAct_9fa48("188") ? unconfigured === undefined : stryMutAct_9fa48("187") ? false : stryMutAct_9fa48("186") ? true : (stryCov_9fa48("186", "187", "188"), unconfigured !== undefined)) return stryMutAct_9fa48("189") ? {} : (stryCov_9fa48("189"), {
      kind: stryMutAct_9fa48("190") ? "" : (stryCov_9fa48("190"), "unconfigured"),
      ...unconfigured
    });
    if (stryMutAct_9fa48("193") ? exitCode !== 0 : stryMutAct_9fa48("192") ? false : stryMutAct_9fa48("191") ? true : (stryCov_9fa48("191", "192", "193"), exitCode === 0)) throw problem;
    const unreachable = findLine(output, saysUnreachable);
    if (stryMutAct_9fa48("196") ? unreachable === undefined : stryMutAct_9fa48("195") ? false : stryMutAct_9fa48("194") ? true : (stryCov_9fa48("194", "195", "196"), unreachable !== undefined)) return stryMutAct_9fa48("197") ? {} : (stryCov_9fa48("197"), {
      kind: stryMutAct_9fa48("198") ? "" : (stryCov_9fa48("198"), "unreachable"),
      ...unreachable
    });
    if (stryMutAct_9fa48("201") ? output.stdout.trim() === "" : stryMutAct_9fa48("200") ? false : stryMutAct_9fa48("199") ? true : (stryCov_9fa48("199", "200", "201"), (stryMutAct_9fa48("202") ? output.stdout : (stryCov_9fa48("202"), output.stdout.trim())) !== (stryMutAct_9fa48("203") ? "Stryker was here!" : (stryCov_9fa48("203"), "")))) throw new Unreadable(stryMutAct_9fa48("205") ? `` : (stryCov_9fa48("205"), `it ended with exit code ${String(exitCode)} and printed no answer`), stryMutAct_9fa48("206") ? {} : (stryCov_9fa48("206"), {
      line: 1
    }));
    return stryMutAct_9fa48("207") ? {} : (stryCov_9fa48("207"), {
      kind: stryMutAct_9fa48("208") ? "" : (stryCov_9fa48("208"), "silent"),
      exitCode,
      evidence: stryMutAct_9fa48("209") ? {} : (stryCov_9fa48("209"), {
        probe: output.probe,
        ...((stryMutAct_9fa48("212") ? output.stderr.trim() !== "" : stryMutAct_9fa48("211") ? false : stryMutAct_9fa48("210") ? true : (stryCov_9fa48("210", "211", "212"), (stryMutAct_9fa48("213") ? output.stderr : (stryCov_9fa48("213"), output.stderr.trim())) === (stryMutAct_9fa48("214") ? "Stryker was here!" : (stryCov_9fa48("214"), "")))) ? {} : stryMutAct_9fa48("215") ? {} : (stryCov_9fa48("215"), {
          stream: stryMutAct_9fa48("216") ? "" : (stryCov_9fa48("216"), "err"),
          line: 1
        }))
      })
    });
  }
}

/** State of a daemon: settled good or bad, on the way up or down (0-4 and 6), or a word of no list. */
export type DaemonState = "ready" | "unavailable" | "transient" | "unknown";
const STATES: Readonly<Record<string, DaemonState>> = stryMutAct_9fa48("217") ? {} : (stryCov_9fa48("217"), {
  initializing: stryMutAct_9fa48("218") ? "" : (stryCov_9fa48("218"), "transient"),
  starting_auth_server: stryMutAct_9fa48("219") ? "" : (stryCov_9fa48("219"), "transient"),
  waiting_for_peers: stryMutAct_9fa48("220") ? "" : (stryCov_9fa48("220"), "transient"),
  waiting_for_recovery: stryMutAct_9fa48("221") ? "" : (stryCov_9fa48("221"), "transient"),
  init_gpu: stryMutAct_9fa48("222") ? "" : (stryCov_9fa48("222"), "transient"),
  ready: stryMutAct_9fa48("223") ? "" : (stryCov_9fa48("223"), "ready"),
  shutting_down: stryMutAct_9fa48("224") ? "" : (stryCov_9fa48("224"), "transient"),
  unavailable: stryMutAct_9fa48("225") ? "" : (stryCov_9fa48("225"), "unavailable")
});

/** What a printed state means; anything but one of the known words is unknown (rule G5). */
export function daemonState(word: unknown): DaemonState {
  if (stryMutAct_9fa48("226")) {
    {}
  } else {
    stryCov_9fa48("226");
    const name = (stryMutAct_9fa48("229") ? typeof word !== "string" : stryMutAct_9fa48("228") ? false : stryMutAct_9fa48("227") ? true : (stryCov_9fa48("227", "228", "229"), typeof word === (stryMutAct_9fa48("230") ? "" : (stryCov_9fa48("230"), "string")))) ? lower(word) : stryMutAct_9fa48("231") ? "Stryker was here!" : (stryCov_9fa48("231"), "");
    return Object.hasOwn(STATES, name) ? stryMutAct_9fa48("232") ? STATES[name] && "unknown" : (stryCov_9fa48("232"), STATES[name] ?? (stryMutAct_9fa48("233") ? "" : (stryCov_9fa48("233"), "unknown"))) : stryMutAct_9fa48("234") ? "" : (stryCov_9fa48("234"), "unknown");
  }
}

/** The local daemon's answer to `-q`. */
export interface LocalState {
  readonly state: DaemonState;
  readonly shown: string;
}

/** `nvidia-imex-ctl -q`: one line, the state's word. Whatever else is printed with exit 0 is a state that nobody knows. */
export const localFormat: Format<Control<LocalState>> = stryMutAct_9fa48("235") ? {} : (stryCov_9fa48("235"), {
  exit: stryMutAct_9fa48("236") ? "" : (stryCov_9fa48("236"), "any"),
  mayBeEmpty: stryMutAct_9fa48("237") ? false : (stryCov_9fa48("237"), true),
  parse(output) {
    if (stryMutAct_9fa48("238")) {
      {}
    } else {
      stryCov_9fa48("238");
      const exitCode = stryMutAct_9fa48("239") ? output.record.exitCode && 0 : (stryCov_9fa48("239"), output.record.exitCode ?? 0);
      try {
        if (stryMutAct_9fa48("240")) {
          {}
        } else {
          stryCov_9fa48("240");
          return control(output, parseState);
        }
      } catch (error) {
        if (stryMutAct_9fa48("241")) {
          {}
        } else {
          stryCov_9fa48("241");
          if (stryMutAct_9fa48("244") ? (!(error instanceof Unreadable) || exitCode !== 0) && output.stdout.trim() === "" : stryMutAct_9fa48("243") ? false : stryMutAct_9fa48("242") ? true : (stryCov_9fa48("242", "243", "244"), (stryMutAct_9fa48("246") ? !(error instanceof Unreadable) && exitCode !== 0 : stryMutAct_9fa48("245") ? false : (stryCov_9fa48("245", "246"), (stryMutAct_9fa48("247") ? error instanceof Unreadable : (stryCov_9fa48("247"), !(error instanceof Unreadable))) || (stryMutAct_9fa48("249") ? exitCode === 0 : stryMutAct_9fa48("248") ? false : (stryCov_9fa48("248", "249"), exitCode !== 0)))) || (stryMutAct_9fa48("251") ? output.stdout.trim() !== "" : stryMutAct_9fa48("250") ? false : (stryCov_9fa48("250", "251"), (stryMutAct_9fa48("252") ? output.stdout : (stryCov_9fa48("252"), output.stdout.trim())) === (stryMutAct_9fa48("253") ? "Stryker was here!" : (stryCov_9fa48("253"), "")))))) throw error;
          return stryMutAct_9fa48("254") ? {} : (stryCov_9fa48("254"), {
            kind: stryMutAct_9fa48("255") ? "" : (stryCov_9fa48("255"), "answer"),
            exitCode,
            value: stryMutAct_9fa48("256") ? {} : (stryCov_9fa48("256"), {
              state: stryMutAct_9fa48("257") ? "" : (stryCov_9fa48("257"), "unknown"),
              shown: excerpt(stryMutAct_9fa48("258") ? output.stdout : (stryCov_9fa48("258"), output.stdout.trim()))
            })
          });
        }
      }
    }
  }
});
function parseState(output: ProbeOutput): LocalState {
  if (stryMutAct_9fa48("259")) {
    {}
  } else {
    stryCov_9fa48("259");
    const [line, ...more] = lines(output);
    if (stryMutAct_9fa48("262") ? line !== undefined : stryMutAct_9fa48("261") ? false : stryMutAct_9fa48("260") ? true : (stryCov_9fa48("260", "261", "262"), line === undefined)) throw new Unreadable(stryMutAct_9fa48("264") ? "" : (stryCov_9fa48("264"), "its output is empty"));
    const state = (stryMutAct_9fa48("268") ? more.length <= 0 : stryMutAct_9fa48("267") ? more.length >= 0 : stryMutAct_9fa48("266") ? false : stryMutAct_9fa48("265") ? true : (stryCov_9fa48("265", "266", "267", "268"), more.length > 0)) ? stryMutAct_9fa48("269") ? "" : (stryCov_9fa48("269"), "unknown") : daemonState(line.text);
    if (stryMutAct_9fa48("272") ? state !== "unknown" : stryMutAct_9fa48("271") ? false : stryMutAct_9fa48("270") ? true : (stryCov_9fa48("270", "271", "272"), state === (stryMutAct_9fa48("273") ? "" : (stryCov_9fa48("273"), "unknown")))) throw new Unreadable(stryMutAct_9fa48("275") ? "" : (stryCov_9fa48("275"), "it prints no known state"), stryMutAct_9fa48("276") ? {} : (stryCov_9fa48("276"), {
      line: line.number
    }));
    return stryMutAct_9fa48("277") ? {} : (stryCov_9fa48("277"), {
      state,
      shown: line.text
    });
  }
}

/** The systemd unit as `systemctl show` prints it. */
export interface Unit {
  readonly activeState: string;
  /** `inactive` or `failed`: evidence that it does not run. Any other state is evidence of nothing (rule I8). */
  readonly down: boolean;
  readonly evidence: EvidencePointer;
}

/** `systemctl show nvidia-imex --property=…`: lines `Name=value`. */
export const unitFormat: Format<Unit> = stryMutAct_9fa48("278") ? {} : (stryCov_9fa48("278"), {
  parse(output) {
    if (stryMutAct_9fa48("279")) {
      {}
    } else {
      stryCov_9fa48("279");
      const found = stryMutAct_9fa48("280") ? lines(output) : (stryCov_9fa48("280"), lines(output).filter(stryMutAct_9fa48("281") ? () => undefined : (stryCov_9fa48("281"), line => stryMutAct_9fa48("282") ? line.text.endsWith("ActiveState=") : (stryCov_9fa48("282"), line.text.startsWith(stryMutAct_9fa48("283") ? "" : (stryCov_9fa48("283"), "ActiveState="))))));
      const [line, second] = found;
      if (stryMutAct_9fa48("286") ? line !== undefined : stryMutAct_9fa48("285") ? false : stryMutAct_9fa48("284") ? true : (stryCov_9fa48("284", "285", "286"), line === undefined)) throw new Unreadable(stryMutAct_9fa48("288") ? "" : (stryCov_9fa48("288"), "it has no ActiveState"));
      if (stryMutAct_9fa48("291") ? second === undefined : stryMutAct_9fa48("290") ? false : stryMutAct_9fa48("289") ? true : (stryCov_9fa48("289", "290", "291"), second !== undefined)) throw new Unreadable(stryMutAct_9fa48("293") ? "" : (stryCov_9fa48("293"), "it has more than one ActiveState"), stryMutAct_9fa48("294") ? {} : (stryCov_9fa48("294"), {
        line: second.number
      }));
      if (stryMutAct_9fa48("296") ? false : stryMutAct_9fa48("295") ? true : (stryCov_9fa48("295", "296"), line.damaged)) throw new Unreadable(stryMutAct_9fa48("298") ? "" : (stryCov_9fa48("298"), "the ActiveState holds bytes that are no UTF-8"), stryMutAct_9fa48("299") ? {} : (stryCov_9fa48("299"), {
        line: line.number
      }));
      const activeState = stryMutAct_9fa48("300") ? line.text : (stryCov_9fa48("300"), line.text.slice((stryMutAct_9fa48("301") ? "" : (stryCov_9fa48("301"), "ActiveState=")).length));
      return stryMutAct_9fa48("302") ? {} : (stryCov_9fa48("302"), {
        activeState,
        down: (stryMutAct_9fa48("303") ? [] : (stryCov_9fa48("303"), [stryMutAct_9fa48("304") ? "" : (stryCov_9fa48("304"), "inactive"), stryMutAct_9fa48("305") ? "" : (stryCov_9fa48("305"), "failed")])).includes(lower(activeState)),
        evidence: stryMutAct_9fa48("306") ? {} : (stryCov_9fa48("306"), {
          probe: output.probe,
          line: line.number
        })
      });
    }
  }
});