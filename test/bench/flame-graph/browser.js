/** What runs in the page: draws the frames that it finds in itself, and searches them. */
import flamegraph from 'd3-flame-graph';
import { select } from 'd3-selection';

const COLOURS = { ours: '#4493f8', packages: '#d29922', node: '#8b949e', engine: '#f47067' };

const frames = JSON.parse(document.getElementById('frames').textContent);
const share = ({ value }) => `${((100 * value) / frames.value).toFixed(1)} %`;
const chart = flamegraph()
  .width(document.body.clientWidth)
  .cellHeight(19)
  .inverted(true)
  .minFrameSize(1)
  .transitionDuration(200)
  .setColorMapper(({ data, highlight }) => (highlight ? '#e600e6' : COLOURS[data.origin]))
  .label(({ data }) => `${data.name}: ${share(data)}`)
  .setDetailsElement(document.getElementById('details'));
select('#chart').datum(frames).call(chart);

const search = document.getElementById('search');
search.addEventListener('input', () => (search.value ? chart.search(search.value) : chart.clear()));
