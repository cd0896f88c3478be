/** The page begins: with the facts inside it, or by asking the server for them. */
import type { ReportData } from "../api.ts";
import { startLookup } from "./lookup.ts";
import { showReport } from "./report.ts";

const data = document.getElementById("data");
if (data) showReport(JSON.parse(data.textContent) as ReportData);
else startLookup();
