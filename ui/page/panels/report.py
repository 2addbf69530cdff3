"""The report tab: the official form's fields, 数据, 指标, 年度目标, with the score card beside them."""

from __future__ import annotations

import gradio as gr

from ui.page.components import grid, sheet, view

_METRICS_HINT = "回车下移，Tab 右移，Alt+↑↓ 移动行，Ctrl+Z 撤销；可从 Excel 整块粘贴"
_INDICATORS_HINT = "同一一级指标的行放在一起，小计自动算出；可从 Excel 整块粘贴"


def report_panel() -> None:
    """Lay out the tab."""
    view("import")
    with gr.Row(equal_height=False):
        with gr.Column(scale=7, min_width=560), gr.Tabs(elem_id="z-report-tabs"):
            with gr.Tab("基本信息", id="basics", elem_id="basics"):
                sheet(_BASICS)
            with gr.Tab("数据", id="metrics", elem_id="metrics"):
                grid("数据", _METRICS_HINT)
            with gr.Tab("指标", id="indicators", elem_id="indicators"):
                grid("指标", _INDICATORS_HINT)
            with gr.Tab("年度目标", id="targets", elem_id="targets"):
                sheet(_TARGETS)
                view("ledger")
            with gr.Tab("图", id="charts", elem_id="charts"):
                view("charts")
        with gr.Column(scale=3, min_width=300, elem_classes=["z-side"]):
            view("score")


def _cell(label: str, span: int = 1, look: str = "") -> str:
    return (
        f'<th scope="row"><label for="z-{label}">{label}{"（元）" if look == "z-money" else ""}</label></th>'
        f'<td colspan="{span}"><input id="z-{label}" data-field="{label}" class="{look}" autocomplete="off">'
        "</td>"
    )


def _choice(label: str, span: int = 1) -> str:
    return (
        f'<th scope="row"><label for="z-{label}">{label}</label></th>'
        f'<td colspan="{span}"><select id="z-{label}" data-field="{label}"></select></td>'
    )


def _long(label: str) -> str:
    return (
        f'<th scope="row"><label for="z-{label}">{label}</label></th>'
        f'<td colspan="3"><textarea id="z-{label}" data-field="{label}" rows="3"></textarea></td>'
    )


_BASICS = f"""
<table class="z-form-table"><caption>项目绩效自评价</caption><tbody>
<tr>{_cell("项目名称")}{_cell("预算单位")}</tr>
<tr>{_cell("具体实施处室")}{_choice("经常性项目")}</tr>
<tr>{_cell("当年预算数", look="z-money")}{_cell("上年预算金额", look="z-money")}</tr>
<tr>{_cell("预算执行数", look="z-money")}{_cell("预算执行率")}</tr>
<tr>{_long("项目总目标")}</tr>
<tr>{_cell("自评时间")}{_choice("绩效等级")}</tr>
<tr>{_cell("合计")}{_cell("年度")}</tr>
<tr>{_choice("方案")}{_cell("领域")}</tr>
<tr>{_cell("密级", 3)}</tr>
</tbody></table>
"""

_TARGETS = f"""
<table class="z-form-table"><tbody><tr>{_long("年度目标")}</tr></tbody></table>
<p class="z-hint">一行一个目标。写明数值和单位的目标会与“数据”和文中所述逐条对照。</p>
"""
