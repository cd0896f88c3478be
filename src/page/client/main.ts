/** The entry point: shows the report inside the page, or the views of the server. */
import type { ReportData } from "../api.ts";
import { startLookup } from "./lookup.ts";
import { showReport } from "./report.ts";

const data = document.getElementById("data");
if (data) showReport(JSON.parse(data.textContent) as ReportData);
else startLookup();
