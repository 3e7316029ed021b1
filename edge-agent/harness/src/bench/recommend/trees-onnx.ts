import { createRequire } from 'node:module';
const onnxProto = createRequire(import.meta.url)('/work/main/node_modules/onnx-proto');
import type { TreeModel } from '/work/main/cloud-sync/training/src/trees/index.ts';
export type { TreeModel };
export { scoreTrees } from '/work/main/cloud-sync/training/src/trees/index.ts';
const { onnx } = onnxProto as any;
export function exportTrees(m: TreeModel): Uint8Array {
  const a:any={treeids:[],nodeids:[],featureids:[],values:[],truenodeids:[],falsenodeids:[],modes:[]};
  const t:any={treeids:[],nodeids:[],ids:[],weights:[]};
  const B=Buffer.from('BRANCH_LEQ'),L=Buffer.from('LEAF');
  for(let k=0;k+1<m.roots.length;k++){const r0=m.roots[k]!;for(let n=r0;n<m.roots[k+1]!;n++){const leaf=m.column[n]===-1;
    a.treeids.push(k);a.nodeids.push(n-r0);a.featureids.push(leaf?0:m.column[n]);a.values.push(leaf?0:m.value[n]);a.truenodeids.push(leaf?0:m.left[n]!-r0);a.falsenodeids.push(leaf?0:m.left[n]!+1-r0);a.modes.push(leaf?L:B);
    if(leaf){t.treeids.push(k);t.nodeids.push(n-r0);t.ids.push(0);t.weights.push(m.value[n])}}}
  const ints=(name:string,v:number[])=>({name,type:7,ints:v}), floats=(name:string,v:number[])=>({name,type:6,floats:v}), strings=(name:string,v:any[])=>({name,type:8,strings:v});
  const val=(name:string,shape:any[])=>({name,type:{tensorType:{elemType:1,shape:{dim:shape.map(x=>typeof x==='string'?{dimParam:x}:{dimValue:x})}}}});
  const ax=Buffer.alloc(8);ax.writeBigInt64LE(1n);
  const graph={name:'t',node:[{opType:'TreeEnsembleRegressor',domain:'ai.onnx.ml',input:['features'],output:['col'],attribute:[
    {name:'n_targets',type:2,i:1},ints('nodes_treeids',a.treeids),ints('nodes_nodeids',a.nodeids),ints('nodes_featureids',a.featureids),floats('nodes_values',a.values),ints('nodes_truenodeids',a.truenodeids),ints('nodes_falsenodeids',a.falsenodeids),strings('nodes_modes',a.modes),
    ints('target_treeids',t.treeids),ints('target_nodeids',t.nodeids),ints('target_ids',t.ids),floats('target_weights',t.weights)]},
    {opType:'Squeeze',input:['col','ax'],output:['scores']}],
   initializer:[{name:'ax',dims:[1],dataType:7,rawData:ax}],
   input:[val('features',['n',m.columns])],output:[val('scores',['n'])]};
  return onnx.ModelProto.encode(onnx.ModelProto.create({irVersion:8,opsetImport:[{domain:'',version:17},{domain:'ai.onnx.ml',version:3}],graph})).finish();
}
