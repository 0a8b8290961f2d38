import type { TensorView } from 'marblenet/page';

/** How numbers are spread, as small as it is given room; decoration beside numbers that are written. */
export function Histogram({ view, class: name = 'histogram' }: { readonly view: TensorView; readonly class?: string }) {
  const { counts, from, to } = view.histogram;
  const most = Math.max(...counts);
  const zero = from < 0 && to > 0 ? (-from / (to - from)) * counts.length : undefined;
  return (
    <svg class={name} viewBox={`0 0 ${counts.length} 20`} preserveAspectRatio="none" aria-hidden="true">
      {counts.map((count, i) => {
        // a few must be seen beside many
        const height = count === 0 ? 0 : Math.max(1, 20 * Math.sqrt(count / most));
        return <rect key={i} x={i} y={20 - height} width="0.9" height={height} />;
      })}
      {zero !== undefined && <line x1={zero} x2={zero} y1="0" y2="20" />}
    </svg>
  );
}
