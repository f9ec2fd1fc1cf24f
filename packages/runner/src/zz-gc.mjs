import { startHosts } from "@slipway/testkit/hosts";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync, rmSync, readdirSync } from "node:fs";
const farm = await startHosts(Array.from({length:64},(_,i)=>({name:`n${String(i+1).padStart(3,"0")}`})));
try {
  writeFileSync("/tmp/rt/hosts", farm.hosts.map(h=>h.name).join("\n")+"\n");
  const cfg = "/tmp/rt/ssh_config"; writeFileSync(cfg, readFileSync(farm.sshConfigFile,"utf8")+"  KexAlgorithms curve25519-sha256\n  ConnectTimeout 30\n");
  const env={...process.env,NODE_COMPILE_CACHE:"/tmp/rt/cc"};
  for (const flags of [["--trace-gc"],["--trace-gc","--max-semi-space-size=64","--min-semi-space-size=64"]]) { rmSync("/tmp/rt/bench-out",{recursive:true,force:true}); const r=spawnSync("bash",["-c",`TIMEFORMAT='%R real %U user %S sys'; time node ${flags.join(" ")} packages/runner/src/zz-cold.mjs ${cfg} /tmp/rt/hosts /tmp/rt/bench-out`],{env,encoding:"utf8"}); console.log(r.stdout.split("\n").length, r.stdout.split("\n").slice(-6).join("\n"), r.stderr); }
  rmSync("/tmp/rt/prof",{recursive:true,force:true}); rmSync("/tmp/rt/bench-out",{recursive:true,force:true});
  spawnSync("node",["--cpu-prof","--cpu-prof-dir=/tmp/rt/prof","packages/runner/src/zz-cold.mjs",cfg,"/tmp/rt/hosts","/tmp/rt/bench-out"],{env,stdio:"inherit"});
} finally { await farm.close(); }
const f=readdirSync("/tmp/rt/prof")[0]; const p=JSON.parse(readFileSync("/tmp/rt/prof/"+f));
const self=new Map(); const dt=p.timeDeltas; const byId=new Map(p.nodes.map(n=>[n.id,n])); p.samples.forEach((s,i)=>{const n=byId.get(s); const k=n.callFrame.functionName+" "+n.callFrame.url.split("/").slice(-2).join("/")+":"+n.callFrame.lineNumber; const v=self.get(k)??[0,0]; v[0]+=dt[i]/1000; v[1]++; self.set(k,v)});
console.log([...self].sort((a,b)=>b[1][1]-a[1][1]).slice(0,30).map(([k,v])=>v[0].toFixed(1).padStart(7)+String(v[1]).padStart(6)+" "+k).join("\n"), p.samples.length);
