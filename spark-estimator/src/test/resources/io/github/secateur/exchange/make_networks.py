"""make_networks.py DIR: small networks with seeded weights, as torch.onnx.export writes them: NAME.onnx, the inputs NAME.input_k.npy, and
NAME.output.npy by PyTorch. Made with torch 2.15, torchvision 0.29, onnx 1.23.2; BC-ResNet and M5 as their authors publish them."""
import sys
import numpy as np, torch, torch.nn as nn, torch.nn.functional as F, torchvision

D = sys.argv[1]


def lively(m):
    """Gives normalization layers statistics and gains that are not 1 and 0, so that a mistake shows."""
    g = torch.Generator().manual_seed(3)
    for x in m.modules():
        if isinstance(x, (nn.BatchNorm1d, nn.BatchNorm2d)):
            x.running_mean.copy_(torch.randn(x.running_mean.shape, generator=g) * .2)
            x.running_var.copy_(torch.rand(x.running_var.shape, generator=g) + .5)
            with torch.no_grad():
                x.weight.copy_(torch.rand(x.weight.shape, generator=g) + .5)
                x.bias.copy_(torch.randn(x.bias.shape, generator=g) * .1)
    for x in m.parameters():
        if float(x.abs().max()) == 0 and x.dim() >= 2:
            with torch.no_grad():
                x.copy_(torch.randn(x.shape, generator=g) * .1)
    return m


def save(name, build, shape, how='legacy', dynamic=True):
    torch.manual_seed(0)
    m = lively(build()).eval()
    x = torch.randn((2,) + shape, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        y = m(x).numpy()
    f = '%s/%s.onnx' % (D, name)
    axes = {'x0': {0: 'batch'}, 'y': {0: 'batch'}} if dynamic else None
    if how == 'legacy':
        torch.onnx.export(m, (x,), f, dynamo=False, opset_version=17, input_names=['x0'], output_names=['y'], dynamic_axes=axes)
    elif how == 'legacy-train':
        torch.onnx.export(m, (x,), f, dynamo=False, opset_version=17, input_names=['x0'], output_names=['y'], dynamic_axes=axes,
                          training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False)
    else:
        dims = ({0: torch.export.Dim('batch', min=2, max=4096)},) if dynamic else None
        p = torch.onnx.export(m, (x,), dynamo=True, verbose=False, input_names=['x0'], output_names=['y'], dynamic_shapes=dims)
        p.save(f, external_data=(how == 'dynamo-external'))
    np.save('%s/%s.input_0.npy' % (D, name), x.numpy())
    np.save('%s/%s.output.npy' % (D, name), y)


class M5(nn.Module):  # the torchaudio tutorial's
    def __init__(s, n=35, c=32):
        super().__init__()
        s.c1 = nn.Conv1d(1, c, 80, stride=16); s.b1 = nn.BatchNorm1d(c); s.p1 = nn.MaxPool1d(4)
        s.c2 = nn.Conv1d(c, c, 3); s.b2 = nn.BatchNorm1d(c); s.p2 = nn.MaxPool1d(4)
        s.c3 = nn.Conv1d(c, 2 * c, 3); s.b3 = nn.BatchNorm1d(2 * c); s.p3 = nn.MaxPool1d(4)
        s.c4 = nn.Conv1d(2 * c, 2 * c, 3); s.b4 = nn.BatchNorm1d(2 * c); s.p4 = nn.MaxPool1d(4); s.f = nn.Linear(2 * c, n)
    def forward(s, x):
        x = s.p1(F.relu(s.b1(s.c1(x)))); x = s.p2(F.relu(s.b2(s.c2(x)))); x = s.p3(F.relu(s.b3(s.c3(x)))); x = s.p4(F.relu(s.b4(s.c4(x))))
        x = F.avg_pool1d(x, x.shape[-1]).permute(0, 2, 1); return F.log_softmax(s.f(x), dim=2)
class DSCNN(nn.Module):  # Hello Edge / MLPerf Tiny keyword spotting
    def __init__(s, n=12, c=64):
        super().__init__(); L = [nn.Conv2d(1, c, (10, 4), stride=2, padding=(5, 1), bias=False), nn.BatchNorm2d(c), nn.ReLU(), nn.Dropout(0.2)]
        for _ in range(4): L += [nn.Conv2d(c, c, 3, padding=1, groups=c, bias=False), nn.BatchNorm2d(c), nn.ReLU(), nn.Conv2d(c, c, 1, bias=False), nn.BatchNorm2d(c), nn.ReLU()]
        s.c = nn.Sequential(*L, nn.Dropout(0.4), nn.AdaptiveAvgPool2d(1)); s.f = nn.Linear(c, n)
    def forward(s, x): return s.f(s.c(x).flatten(1))
class SubSpectral(nn.Module):
    def __init__(s, c, b=5): super().__init__(); s.b = b; s.bn = nn.BatchNorm2d(c * b)
    def forward(s, x): n, c, f, t = x.shape; return s.bn(x.reshape(n, c * s.b, f // s.b, t)).reshape(n, c, f, t)
class BCResBlock(nn.Module):
    def __init__(s, i, o, idx, st):
        super().__init__(); s.tr = i != o; s.dil = 2 ** idx
        if s.tr: s.t = nn.Sequential(nn.Conv2d(i, o, 1, bias=False), nn.BatchNorm2d(o), nn.ReLU())
        s.f2 = nn.Sequential(nn.Conv2d(o, o, (3, 1), (st, 1), (1, 0), groups=o, bias=False), SubSpectral(o))
        s.f1 = nn.Sequential(nn.Conv2d(o, o, (1, 3), 1, (0, s.dil), dilation=(1, s.dil), groups=o, bias=False), nn.BatchNorm2d(o), nn.SiLU(), nn.Conv2d(o, o, 1, bias=False), nn.Dropout2d(0.1))
    def forward(s, x):
        y = s.t(x) if s.tr else x; y = s.f2(y); a = y; z = s.f1(y.mean(2, keepdim=True)); z = a + z
        return F.relu(z if s.tr else z + x)
class BCResNet(nn.Module):
    def __init__(s, c=8):
        super().__init__(); s.s = nn.Sequential(nn.Conv2d(1, 2 * c, 5, (2, 1), 2, bias=False), nn.BatchNorm2d(2 * c), nn.ReLU())
        s.b = nn.Sequential(BCResBlock(2 * c, c, 0, 1), BCResBlock(c, c, 0, 1), BCResBlock(c, 2 * c, 1, 2), BCResBlock(2 * c, 2 * c, 1, 1), BCResBlock(2 * c, 3 * c, 2, 2), BCResBlock(3 * c, 3 * c, 2, 1))
        s.h = nn.Sequential(nn.Conv2d(3 * c, 3 * c, 5, groups=3 * c, padding=(0, 2), bias=False), nn.Conv2d(3 * c, 4 * c, 1, bias=False), nn.BatchNorm2d(4 * c), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Conv2d(4 * c, 12, 1))
    def forward(s, x): return s.h(s.b(s.s(x))).flatten(1)
class MLP(nn.Module):
    def __init__(s): super().__init__(); s.f = nn.Sequential(nn.BatchNorm1d(20), nn.Linear(20, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Dropout(0.2), nn.Linear(64, 64), nn.SELU(), nn.Linear(64, 3), nn.Softmax(dim=1))
    def forward(s, x): return s.f(x)


T = torchvision.models
save('mlp', MLP, (20,))  # ends with a softmax
save('ds_cnn_dynamo', DSCNN, (1, 49, 10), how='dynamo-external')  # weights in ds_cnn_dynamo.onnx.data
save('ds_cnn_train', DSCNN, (1, 49, 10), how='legacy-train')  # BatchNormalization kept
save('bc_resnet', BCResNet, (1, 40, 101))  # dilation, unequal strides, broadcast add
save('m5_raw', M5, (1, 8000))  # 1-D convolutions on samples
save('densenet_small', lambda: T.DenseNet(12, (2, 2, 2), 24, num_classes=10), (3, 64, 64))  # no chain of branches
save('vit_small_dynamo', lambda: T.VisionTransformer(32, 8, 2, 4, 48, 96, num_classes=10), (3, 32, 32), how='dynamo', dynamic=False)
